// Files in memory, with inodes, names and handles, and with everything that can go wrong.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/os/file_system.h"

namespace maillog::test {

/// Not thread-safe. Must outlive its files.
class FakeFileSystem final : public FileSystem {
 public:
  struct Node {
    FileId id;
    std::string content;
    std::uint64_t links = 1;
    std::uint64_t handles = 0;
    std::int64_t modified = 0;
  };
  using NodePtr = std::shared_ptr<Node>;

  // ---- what writers and administrators do

  /// Appends, and creates what is missing.
  void Append(const std::string& path, std::string_view bytes) { AppendTo(Create(path), bytes); }
  /// As a writer that has the file open, under whatever name.
  void AppendTo(const NodePtr& node, std::string_view bytes) {
    node->content += bytes;
    Touch(*node);
  }
  /// The file; a new, empty one if there is none.
  NodePtr Create(const std::string& path) {
    directories_.insert(DirectoryOf(path));
    NodePtr& node = names_[path];
    if (node == nullptr) {
      node = std::make_shared<Node>();
      node->id = {.device = device_, .inode = FreeInode()};
      nodes_.push_back(node);
      Touch(*node);
      given_[node->id.inode] = node->modified;
      ChangeNames(path);
      if (knows_births_) node->id.born_ns = node->modified;
    }
    return node;
  }
  void MakeDirectory(const std::string& path) { directories_.insert(path); }
  /// Nobody sees the name for now, as where names are cached (NFS).
  void Hide(const std::string& path) { hidden_.insert(path); }
  void Show(const std::string& path) {
    hidden_.erase(path);
    ChangeNames(path);
  }
  void Rename(const std::string& from, const std::string& to) {
    Unlink(to);
    names_[to] = names_.at(from);
    names_.erase(from);
    ChangeNames(from);
    ChangeNames(to);
  }
  void Link(const std::string& from, const std::string& to) {
    names_[to] = names_.at(from);
    ++names_[to]->links;
  }
  void Unlink(const std::string& path) {
    const auto found = names_.find(path);
    if (found == names_.end()) return;
    --found->second->links;
    names_.erase(found);
    ChangeNames(path);
  }
  void Truncate(const std::string& path, std::size_t size) {
    Node& node = *names_.at(path);
    node.content.resize(size);
    Touch(node);
  }
  void CopyTruncate(const std::string& path, const std::string& copy) {
    const std::string content = names_.at(path)->content;
    Unlink(copy);
    Append(copy, content);
    Truncate(path, 0);
  }
  /// As `compress` in logrotate's configuration: the packed file keeps the time of the plain one,
  /// which is removed.
  NodePtr Replace(const std::string& path, const std::string& packed_path,
                  std::string_view packed) {
    const std::int64_t modified = names_.at(path)->modified;
    Unlink(packed_path);
    Append(packed_path, packed);
    Unlink(path);
    const NodePtr& node = names_.at(packed_path);
    node->modified = modified;
    return node;
  }
  /// Moves a directory with everything in it.
  void RenameDirectory(const std::string& from, const std::string& to) {
    std::map<std::string, NodePtr> names;
    for (const auto& [path, node] : names_) {
      names[path.starts_with(from + "/") ? to + path.substr(from.size()) : path] = node;
    }
    names_ = std::move(names);
    directories_.erase(from);
    directories_.insert(to);
  }

  [[nodiscard]] bool Exists(const std::string& path) const { return names_.contains(path); }
  [[nodiscard]] NodePtr At(const std::string& path) const {
    const auto found = names_.find(path);
    return found == names_.end() ? nullptr : found->second;
  }
  [[nodiscard]] const std::string& Content(const std::string& path) const {
    return names_.at(path)->content;
  }

  // ---- what goes wrong

  /// Opening the path (or listing the directory) fails with this errno, until 0 is set.
  void FailOpen(const std::string& path, int error) { open_errors_[path] = error; }
  /// Reading what was opened fails with this errno, until 0 is set.
  void FailHandles(int error) { handle_error_ = error; }
  /// As NFS: others remove files while they are open here, which cannot be read from then on. When
  /// files were made is not known.
  void BecomeRemote() {
    ForgetBirths();
    is_remote_ = true;
  }
  void SetMostHandles(std::size_t most) { most_handles_ = most; }
  /// A reboot: devices get other numbers; so do files if they have no creation times, as on some
  /// network file systems.
  void Remount() {
    ++device_;
    for (const auto& [path, node] : names_) node->id.device = device_;
    if (!knows_births_) Renumber();
  }
  /// All files keep their names and content, but become different files: restored from a copy.
  void Restore() {
    ++device_;
    Renumber();
  }
  /// As the id of a file that is gone, except for the creation time.
  void GiveNumber(const std::string& path, const FileId& id) {
    FileId& given = names_.at(path)->id;
    given = {.device = id.device, .inode = id.inode, .born_ns = given.born_ns};
  }
  /// Times advance only after so many changes and operations, as those of real file systems do
  /// after some milliseconds: what happens in between has the same time.
  void SetTick(std::int64_t operations) { tick_ = operations; }
  /// Files have no creation times, as on older network file systems.
  void KnowBirths() { knows_births_ = true; }
  void ForgetBirths() {
    knows_births_ = false;
    for (const auto& [path, node] : names_) node->id.born_ns = 0;
  }

  /// Called before each operation of the process under test; what it throws ends the process.
  void BeforeEachOperation(std::function<void()> call) { before_each_ = std::move(call); }

  /// The device of all files; another one after each Remount.
  [[nodiscard]] std::uint64_t device() const { return device_; }
  [[nodiscard]] std::size_t open_handles() const { return handles_; }
  [[nodiscard]] std::size_t opened() const { return opened_; }
  /// Directories that were listed, each time.
  [[nodiscard]] std::size_t listed() const { return listed_; }

  // ---- FileSystem

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) override {
    Count();
    if (const int error = ErrorOf(path); error != 0) return ErrnoStatus(error, path);
    const auto found = Find(path);
    if (found == names_.end()) return ErrnoStatus(ENOENT, path);
    if (handles_ >= most_handles_) return ErrnoStatus(EMFILE, path);
    ++opened_;
    return std::make_unique<Handle>(*this, found->second);
  }
  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override {
    return ErrnoStatus(EBADF, "standard input");
  }
  absl::StatusOr<FileStat> Stat(const std::string& path) override {
    Count();
    if (directories_.contains(path)) {
      const auto changed = directory_times_.find(path);
      return FileStat{.kind = FileKind::kDirectory,
                      .modified_ns = changed == directory_times_.end() ? 0 : changed->second};
    }
    const auto found = Find(path);
    if (found == names_.end()) return ErrnoStatus(ENOENT, path);
    return StatOf(*found->second);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    Count();
    if (const int error = ErrorOf(path); error != 0) return ErrnoStatus(error, path);
    if (!directories_.contains(path)) return ErrnoStatus(ENOENT, path);
    ++listed_;
    std::vector<std::string> names;
    for (const auto& [name, node] : names_) {
      if (DirectoryOf(name) == path && !hidden_.contains(name)) names.push_back(NameOf(name));
    }
    for (const std::string& directory : directories_) {
      if (DirectoryOf(directory) == path) names.push_back(NameOf(directory));
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  absl::StatusOr<std::string> Resolve(const std::string& path) override { return path; }
  bool IsRemote(const std::string&) override { return is_remote_; }

 private:
  class Handle final : public File {
   public:
    Handle(FakeFileSystem& files, NodePtr node) : files_(files), node_(std::move(node)) {
      ++files_.handles_;
      ++node_->handles;
    }
    ~Handle() override {
      --files_.handles_;
      --node_->handles;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
      files_.Count();
      if (const int error = Error(); error != 0) return ErrnoStatus(error, "read");
      if (offset >= node_->content.size()) return std::size_t{0};
      return node_->content.copy(into.data(), into.size(), offset);
    }
    std::size_t ReadCached(std::uint64_t offset, std::span<char> into) override {
      // Now and then not all of it is.
      const std::size_t cached = files_.changes_ % 3 == 0 ? into.size() / 2 : into.size();
      return ReadAt(offset, into.first(cached)).value_or(0);
    }
    absl::StatusOr<std::size_t> Read(std::span<char>) override { return std::size_t{0}; }
    absl::StatusOr<FileStat> Stat() override {
      files_.Count();
      if (const int error = Error(); error != 0) return ErrnoStatus(error, "stat");
      return StatOf(*node_);
    }
    [[nodiscard]] int descriptor() const override { return -1; }

   private:
    [[nodiscard]] int Error() const {
      return files_.is_remote_ && node_->links == 0 ? ESTALE : files_.handle_error_;
    }

    FakeFileSystem& files_;
    const NodePtr node_;
  };

  [[nodiscard]] std::map<std::string, NodePtr>::const_iterator Find(const std::string& path) const {
    return hidden_.contains(path) ? names_.end() : names_.find(path);
  }
  void Count() {
    (void)Now();  // it takes time
    if (before_each_) before_each_();
  }
  static FileStat StatOf(const Node& node) {
    return {.id = node.id,
            .size = node.content.size(),
            .links = node.links,
            .modified_ns = node.modified};
  }
  void Touch(Node& node) { node.modified = Now(); }
  std::int64_t Now() {
    if (++changes_ % tick_ == 0) ++time_;
    return time_;
  }
  void ChangeNames(const std::string& path) { directory_times_[DirectoryOf(path)] = Now(); }
  [[nodiscard]] int ErrorOf(const std::string& path) const {
    const auto found = open_errors_.find(path);
    return found == open_errors_.end() ? 0 : found->second;
  }
  void Renumber() {
    std::uint64_t inode = 1000;
    for (const auto& [path, node] : names_) {
      node->id = {.device = device_, .inode = ++inode, .born_ns = knows_births_ ? Now() : 0};
    }
  }
  // The lowest number that no file has: numbers are reused as soon as possible; but a file does not
  // come and go, and its number is not given again, within one step of the clock.
  [[nodiscard]] std::uint64_t FreeInode() {
    std::erase_if(nodes_, [this](const std::weak_ptr<Node>& weak) {
      const NodePtr node = weak.lock();
      return node == nullptr || (node->links == 0 && (node->handles == 0 || is_remote_));
    });
    std::set<std::uint64_t> taken;
    for (const std::weak_ptr<Node>& weak : nodes_) {
      if (const NodePtr node = weak.lock()) taken.insert(node->id.inode);
    }
    std::uint64_t inode = 1;
    const auto is_new = [this](std::uint64_t number) {
      const auto given = given_.find(number);
      return given != given_.end() && given->second >= time_;
    };
    while (taken.contains(inode) || is_new(inode)) ++inode;
    return inode;
  }

  std::function<void()> before_each_;
  std::map<std::string, NodePtr> names_;
  std::vector<std::weak_ptr<Node>> nodes_;
  std::map<std::uint64_t, std::int64_t> given_;  // when each number was last given
  std::set<std::string> directories_;
  std::set<std::string> hidden_;
  std::map<std::string, std::int64_t> directory_times_;  // when names in them last changed
  std::map<std::string, int> open_errors_;
  int handle_error_ = 0;
  bool is_remote_ = false;
  std::size_t most_handles_ = 10'000;
  std::size_t handles_ = 0;
  std::size_t opened_ = 0;
  std::size_t listed_ = 0;
  std::uint64_t device_ = 1;
  std::int64_t time_ = 1;
  std::int64_t changes_ = 0;
  std::int64_t tick_ = 1;
  bool knows_births_ = true;
};

}  // namespace maillog::test
