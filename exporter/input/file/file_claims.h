// Who reads which file: a file that is reached by two names, links or sources is read once.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "exporter/os/file_system.h"

namespace maillog {

/// Shared by all sources. Thread-safe.
class FileClaims {
 public:
  /// Releases the file when destroyed.
  class Claim {
   public:
    Claim() = default;
    Claim(std::shared_ptr<FileClaims> claims, const FileId& id)
        : claims_(std::move(claims)), id_(id) {}
    Claim(Claim&& other) noexcept = default;
    Claim& operator=(Claim&& other) noexcept {
      std::swap(claims_, other.claims_);
      std::swap(id_, other.id_);
      return *this;
    }
    ~Claim() {
      if (claims_ != nullptr) claims_->Release(id_);
    }

    [[nodiscard]] bool Holds(const FileId& id) const { return claims_ != nullptr && id_ == id; }

   private:
    std::shared_ptr<FileClaims> claims_;
    FileId id_;
  };

  /// Nothing if another has it. Call it for a file that is held open: otherwise its id may be given
  /// to another file.
  [[nodiscard]] static std::optional<Claim> Take(const std::shared_ptr<FileClaims>& claims,
                                                 const FileId& id) {
    const std::lock_guard lock(claims->mutex_);
    if (!claims->taken_.insert(id).second) return std::nullopt;
    return Claim(claims, id);
  }

 private:
  void Release(const FileId& id) {
    const std::lock_guard lock(mutex_);
    taken_.erase(id);
  }

  std::mutex mutex_;
  std::set<FileId> taken_;
};

}  // namespace maillog
