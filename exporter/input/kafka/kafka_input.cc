#include "exporter/input/kafka/kafka_input.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/os/log.h"
#include "parser/envelope/envelopes.h"

namespace maillog {
namespace {

constexpr std::size_t kMaxKafkaText = 256 * 1024;

}  // namespace

KafkaInput::KafkaInput(const Librdkafka& library, KafkaAddress address, StartAt start,
                       const std::optional<std::vector<Bookmark>>& saved, Surroundings around)
    : library_(library),
      address_(std::move(address)),
      around_(std::move(around)),
      answer_(around_.trouble == Surroundings::Trouble::kEndsReading ? kPatientAnswer : kMaxAnswer),
      start_(start),
      ready_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      look_at_(around_.clock.Now()) {
  around_.waker.WatchDescriptor(ready_.number());
  if (!saved) return;
  for (const Bookmark& bookmark : *saved) {
    next_number_ = std::max(next_number_, bookmark.number + 1);
    const std::optional<KafkaPosition> position = KafkaPosition::Parse(bookmark.cursor);
    const bool is_ours =
        position && bookmark.path == address_.topic && !partitions_.contains(position->partition);
    if (is_ours) {
      partitions_[position->partition] = {.bookmark = bookmark, .next = position->offset};
    } else {
      to_forget_.push_back(bookmark.number);
    }
  }
  known_ = !partitions_.empty();
}

// What is announced comes to an end before the descriptor does.
KafkaInput::~KafkaInput() {
  around_.waker.WatchDescriptor(kNoDescriptor);
  client_.reset();
}

absl::StatusOr<Block> KafkaInput::Next() {
  lines_.clear();
  changed_.clear();
  forgotten_.clear();
  malformed_ = 0;
  read_bytes_ = 0;
  gaps_ = 0;
  lost_records_ = 0;
  if (around_.clock.Now() >= look_at_) {
    absl::Status found = Look();
    look_at_ = around_.clock.Now() + (found.ok() ? Duration(kBetweenLooks) : Duration(kRetry));
    // One answer may be late.
    late_ = absl::IsUnavailable(found) && known_ ? late_ + 1 : 0;
    if (late_ != 1) looked_ = std::move(found);
  }
  // Where reading begins is saved before the first record is counted.
  if (Block begun = MakeBlock(); !begun.begun.empty() || !begun.forgotten.empty()) return begun;
  const bool took_all = TakeAll();
  Block block = MakeBlock();
  const absl::Status health = Health();
  NoteHealth(health);
  if (!health.ok() && block.begun.empty()) return health;
  // Where records come all the time, there is one nearly always.
  if (health.ok() && took_all && IsAtEnd()) block.progress = Progress::kAtEnd;
  return block;
}

absl::Status KafkaInput::Look() {
  if (client_ == nullptr) {
    absl::StatusOr<std::unique_ptr<KafkaClient>> made =
        KafkaClient::Make(library_, address_, around_.kafka, ready_.number());
    if (!made.ok()) return made.status();
    client_ = *std::move(made);
  }
  const absl::StatusOr<std::vector<KafkaPartition>> found = client_->Partitions(answer_);
  if (!found.ok()) {
    // All that will be in it is new.
    if (absl::IsNotFound(found.status())) start_ = StartAt::kBeginning;
    return found.status();
  }
  if (found->size() > kMaxPartitions) {
    return absl::ResourceExhaustedError(absl::StrCat("topic ", address_.topic, " has ",
                                                     found->size(), " partitions; at most ",
                                                     kMaxPartitions, " are read"));
  }
  if (!known_) {
    if (absl::Status first = FirstPositions(*found); !first.ok()) return first;
  }
  absl::Status result;
  for (const KafkaPartition& each : *found) {
    if (!partitions_.contains(each.number)) {
      if (absl::Status added = AddNew(each.number, StartAt::kBeginning); !added.ok()) {
        result.Update(added);
        continue;
      }
    }
    Partition& partition = partitions_[each.number];
    if (!each.trouble.empty()) {
      result.Update(absl::UnavailableError(
          absl::StrCat("topic ", address_.topic, ": partition ", each.number, ": ", each.trouble)));
    } else if (!partition.reads) {
      result.Update(GoOn(each.number, partition));
    }
  }
  return result;
}

// All or none: a partition that is found later is taken for new, and read from its beginning.
absl::Status KafkaInput::FirstPositions(const std::vector<KafkaPartition>& found) {
  for (const KafkaPartition& each : found) {
    if (partitions_.contains(each.number)) continue;
    absl::Status added = AddNew(each.number, start_);
    if (added.ok()) continue;
    partitions_.clear();
    return added;
  }
  known_ = true;
  return absl::OkStatus();
}

absl::Status KafkaInput::AddNew(std::int32_t number, StartAt start) {
  const absl::StatusOr<KafkaRange> range = client_->RangeOf(number, answer_);
  if (!range.ok()) return range.status();
  Partition& partition = partitions_[number];
  partition.bookmark.number = next_number_++;
  partition.bookmark.path = address_.topic;
  partition.next = start == StartAt::kEnd ? range->high : range->low;
  partition.changed = true;
  return absl::OkStatus();
}

absl::Status KafkaInput::GoOn(std::int32_t number, Partition& partition) {
  if (partition.out_of_range) {
    const absl::StatusOr<KafkaRange> range = client_->RangeOf(number, answer_);
    if (!range.ok()) return range.status();
    // After the end: the topic was made anew, and nothing of it has been read.
    if (partition.next < range->low || partition.next > range->high) {
      ++gaps_;
      const std::int64_t lost = std::max<std::int64_t>(range->low - partition.next, 0);
      lost_records_ += static_cast<std::uint64_t>(lost);
      LogWarn("records were removed from a topic before they were read",
              {{"topic", address_.topic},
               {"partition", std::to_string(number)},
               {"records", lost > 0 ? std::to_string(lost) : "unknown"}});
      partition.next = range->low;
      partition.changed = true;
    }
    partition.out_of_range = false;
  }
  absl::Status begun = client_->Begin(number, partition.next);
  partition.reads = begun.ok();
  partition.at_end = false;
  partition.reached_end = false;
  return begun;
}

bool KafkaInput::TakeAll() {
  if (client_ == nullptr) return true;
  if (looked_.ok() && !IsAtEnd()) {
    pollfd ready{.fd = ready_.number(), .events = POLLIN, .revents = 0};
    (void)::poll(&ready, 1, static_cast<int>(kMaxWait.count()));
  }
  // Before looking: what comes after that is announced again.
  std::uint64_t announced = 0;
  (void)!::read(ready_.number(), &announced, sizeof announced);
  while (lines_.size() < kMaxKafkaText) {
    const std::span<rd_kafka_message_t* const> taken = client_->Take();
    if (taken.empty()) return true;
    for (const rd_kafka_message_t* const message : taken) Take(*message);
  }
  // There may be more, of which nothing is announced.
  const std::uint64_t again = 1;
  (void)!::write(ready_.number(), &again, sizeof again);
  return false;
}

void KafkaInput::Take(const rd_kafka_message_t& message) {
  const auto found = partitions_.find(message.partition);
  if (found == partitions_.end()) return;
  Partition& partition = found->second;
  switch (message.err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      if (message.offset < partition.next) return;  // read before
      partition.next = message.offset + 1;
      partition.changed = true;
      partition.at_end = false;
      partition.trouble.clear();
      if (message.payload == nullptr) return;
      read_bytes_ += message.len;
      return AppendLines({static_cast<const char*>(message.payload), message.len});
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
      partition.at_end = true;
      partition.reached_end = true;
      partition.trouble.clear();
      return;
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      partition.out_of_range = true;
      partition.reads = false;
      look_at_ = around_.clock.Now();
      return;
    default:
      // Fetching begins anew, and what comes then says whether it is over.
      partition.trouble = client_->ErrorText(message.err);
      partition.reads = false;
      look_at_ = std::min<TimePoint>(look_at_, around_.clock.Now() + kRetry);
  }
}

// One line, or several.
void KafkaInput::AppendLines(std::string_view value) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    const std::string_view line = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    if (line.size() > kMaxMessageBytes) {
      ++malformed_;
    } else if (!line.empty()) {
      lines_.append(line).push_back('\n');
    }
  }
}

Block KafkaInput::MakeBlock() {
  std::uint64_t unread = 0;
  for (auto& [number, partition] : partitions_) {
    if (std::exchange(partition.changed, false)) {
      partition.bookmark.cursor = KafkaPosition{number, partition.next}.Text();
      changed_.push_back(partition.bookmark);
    }
    unread += Unread(number, partition);
  }
  forgotten_ = std::exchange(to_forget_, {});
  Block block{.messages = lines_,
              .malformed = malformed_,
              .read_bytes = read_bytes_,
              .begun = changed_,
              .forgotten = forgotten_};
  block.gaps[static_cast<std::size_t>(Gap::kRecordsRemoved)] = gaps_;
  block.lost_records = lost_records_;
  block.unread_records = unread;
  return block;
}

absl::Status KafkaInput::Health() const {
  if (!looked_.ok()) return looked_;
  for (const auto& [number, partition] : partitions_) {
    if (partition.trouble.empty()) continue;
    return absl::UnavailableError(
        absl::StrCat("topic ", address_.topic, ": partition ", number, ": ", partition.trouble));
  }
  return absl::OkStatus();
}

std::uint64_t KafkaInput::Unread(std::int32_t number, const Partition& partition) const {
  if (partition.at_end || client_ == nullptr) return 0;
  const std::int64_t end = client_->KnownEnd(number);
  return static_cast<std::uint64_t>(std::max<std::int64_t>(end - partition.next, 0));
}

bool KafkaInput::IsAtEnd() const {
  return std::all_of(partitions_.begin(), partitions_.end(), [this](const auto& each) {
    const auto& [number, partition] = each;
    if (partition.at_end) return true;
    return partition.reached_end && Unread(number, partition) == 0;
  });
}

void KafkaInput::NoteHealth(const absl::Status& health) {
  if (around_.trouble == Surroundings::Trouble::kEndsReading) return;
  const std::string said(health.message());
  if (said.empty() != said_.empty()) {
    if (health.ok()) {
      LogInfo("the topic can be read again", {{"topic", address_.topic}});
    } else {
      LogWarn("the topic cannot be read; trying again", {{"error", said}});
    }
  }
  said_ = said;
}

}  // namespace maillog
