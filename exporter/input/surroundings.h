// What an input lives in.
#pragma once

#include <memory>
#include <string>

#include "exporter/clock.h"
#include "exporter/file_system.h"
#include "exporter/input/file_claims.h"
#include "exporter/waker.h"

namespace maillog {

/// What is referred to must outlive the input.
struct Surroundings {
  FileSystem& files;
  Waker& waker;
  const Clock& clock;
  std::shared_ptr<FileClaims> claims;
  /// Another directory that rotated files go to; empty: none.
  std::string rotated = {};
};

}  // namespace maillog
