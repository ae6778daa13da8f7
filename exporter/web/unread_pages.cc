#include "exporter/web/unread_pages.h"

namespace maillog {

std::vector<std::shared_ptr<const Page>> UnreadPages::Add(const std::shared_ptr<const Page>& page) {
  pages_.remove_if([&](const std::weak_ptr<const Page>& one) { return one.lock() == page; });
  pages_.push_back(page);
  std::vector<std::shared_ptr<const Page>> given_up;
  std::size_t bytes = Bytes();
  while (bytes > most_bytes_ && pages_.size() > 1) {
    given_up.push_back(pages_.front().lock());
    pages_.pop_front();
    bytes -= given_up.back()->body.size();
  }
  return given_up;
}

std::size_t UnreadPages::Bytes() {
  std::size_t bytes = 0;
  pages_.remove_if([&](const std::weak_ptr<const Page>& one) {
    const std::shared_ptr<const Page> page = one.lock();
    if (page != nullptr) bytes += page->body.size();
    return page == nullptr;
  });
  return bytes;
}

}  // namespace maillog
