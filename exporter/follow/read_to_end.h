// Logs that are read once, from their beginning to their end.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "exporter/input/block.h"
#include "exporter/os/file_system.h"
#include "exporter/os/processors.h"

namespace maillog {

/// Takes the blocks of a source in order; their views are valid during the call.
using BlockSink = std::function<void(const std::string& source, const Block& block)>;

/// Makes a sink that passes what it lets through on to another one.
using SinkWrapper = std::function<BlockSink(BlockSink)>;

/// Reads each path (file, glob, directory, `journal:…` or `-`) once to its end, in order, and no
/// file twice; packed files and archives are unpacked. A file that cannot be read is an error that
/// names it; so is a path that names nothing. `spare`: from where the processor of a thread that
/// unpacks is taken, where others want one as well.
[[nodiscard]] absl::Status ReadToEnd(const std::vector<std::string>& paths, const BlockSink& sink,
                                     FileSystem& files = PosixFileSystem(),
                                     SpareProcessors* spare = nullptr);

}  // namespace maillog
