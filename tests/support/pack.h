// Packs text, in memory.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace maillog::test {

enum class Packing { kNone, kGzip, kXz, kZstd, kBzip2 };
enum class Container { kNone, kTar, kZip };

struct Member {
  std::string name;
  std::string text;
};

inline std::string Pack(const std::vector<Member>& members, Container container, Packing packing) {
  std::string packed(1 << 16, '\0');
  for (const Member& member : members) packed.resize(packed.size() + 2 * member.text.size());
  std::size_t used = 0;
  archive* writer = archive_write_new();
  const auto check = [&](la_ssize_t result) {
    if (result < 0) throw std::runtime_error(archive_error_string(writer));
  };
  if (packing == Packing::kGzip) check(archive_write_add_filter_gzip(writer));
  if (packing == Packing::kXz) check(archive_write_add_filter_xz(writer));
  if (packing == Packing::kZstd) check(archive_write_add_filter_zstd(writer));
  if (packing == Packing::kBzip2) check(archive_write_add_filter_bzip2(writer));
  if (container == Container::kNone) check(archive_write_set_format_raw(writer));
  if (container == Container::kTar) check(archive_write_set_format_ustar(writer));
  if (container == Container::kZip) check(archive_write_set_format_zip(writer));
  check(archive_write_set_bytes_in_last_block(writer, 1));
  check(archive_write_open_memory(writer, packed.data(), packed.size(), &used));
  for (const Member& member : members) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, member.name.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, static_cast<la_int64_t>(member.text.size()));
    check(archive_write_header(writer, entry));
    check(archive_write_data(writer, member.text.data(), member.text.size()));
    archive_entry_free(entry);
  }
  check(archive_write_close(writer));
  check(archive_write_free(writer));
  packed.resize(used);
  return packed;
}

inline std::string Pack(const std::string& text, Packing packing) {
  return Pack({{"log", text}}, Container::kNone, packing);
}

}  // namespace maillog::test
