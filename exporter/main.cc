#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "exporter/command/commands.h"
#include "exporter/config/options.h"
#include "exporter/os/log.h"
#include "parser/encoding.h"

namespace {

constexpr int kFault = 2;
// check-config: the configuration is sound, but something prevents it now (while the exporter runs,
// its own port is in use). healthcheck: it is not alive, in the status that container runtimes
// expect. trace: nothing was found, as grep says it.
constexpr int kObstacle = 1;

int Fail(std::string_view sentence, int status = kFault) {
  std::cout.flush();
  std::cerr << "maillog_exporter: " << maillog::Printable(sentence) << '\n';
  return status;
}

// What could not be written was not said: a full disk is no success.
int EndOfOutput() { return std::cout.flush() ? 0 : Fail("cannot write to standard output"); }

}  // namespace

// Where there is no memory for its arguments, it may end in whatever way.
// NOLINTNEXTLINE(bugprone-exception-escape)
int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto parsed = maillog::ParseOptions(arguments);
  if (const auto* exit = std::get_if<maillog::EarlyExit>(&parsed)) {
    if (exit->status != 0) return Fail(exit->text);
    std::cout << exit->text;
    return EndOfOutput();
  }
  const auto& options = std::get<maillog::Options>(parsed);
  maillog::SetUpLog(options.log_level, options.log_format);
  const absl::Status status = maillog::Run(options, std::cout, std::cerr);
  if (!status.ok()) {
    const bool obstacle = (options.command == maillog::Command::kCheckConfig ||
                           options.command == maillog::Command::kHealthcheck ||
                           options.command == maillog::Command::kTrace) &&
                          absl::IsUnavailable(status);
    return Fail({status.message().data(), status.message().size()}, obstacle ? kObstacle : kFault);
  }
  return EndOfOutput();
}
