#include "exporter/os/start_thread.h"

#include <system_error>
#include <thread>
#include <utility>

namespace maillog {

bool StartThread(std::function<void()> body) {
  try {
    std::thread(std::move(body)).detach();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace maillog
