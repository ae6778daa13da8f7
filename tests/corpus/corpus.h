// Recorded logs of real servers, counted through parser and metrics alone, without files being
// followed.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/samples.h"
#include "parser/event.h"

namespace maillog::test {

/// One recording: the files that several daemons wrote in one run of a laboratory.
struct Session {
  std::string name;                ///< `debian12/syslog`
  std::vector<std::string> files;  ///< names within tests/corpus/<name>
};

/// How gtest names it.
inline void PrintTo(const Session& session, std::ostream* out) { *out << session.name; }

/// All recordings. Each has a TRUTH.json, recorded by the clients and sinks, and a golden.prom
[[nodiscard]] const std::vector<Session>& Sessions();

[[nodiscard]] std::filesystem::path CorpusPath(std::string_view name);
[[nodiscard]] std::string ReadWhole(const std::filesystem::path& path);

struct Counted {
  Samples samples;
  std::array<std::uint64_t, Label<Outcome>::values.size()> outcomes{};
  std::uint64_t messages = 0;
  std::vector<std::string> not_understood;  ///< unknown and malformed messages
  [[nodiscard]] std::uint64_t Of(Outcome outcome) const {
    return outcomes[static_cast<std::size_t>(outcome)];
  }
};

/// Counts texts as one source, in order.
[[nodiscard]] Counted CountTexts(const std::vector<std::string>& texts);
[[nodiscard]] Counted CountSession(const Session& session);

/// The exposition of the samples.
[[nodiscard]] std::string Exposed(const Samples& samples);

}  // namespace maillog::test
