// librdkafka, loaded when a topic is first asked for: the program needs none of it until then.
#pragma once

#include <librdkafka/rdkafka.h>

#include "absl/status/statusor.h"

namespace maillog {

/// What is used of its interface, as rdkafka.h has it.
struct Librdkafka {
  decltype(&rd_kafka_conf_new) conf_new;
  decltype(&rd_kafka_conf_destroy) conf_destroy;
  decltype(&rd_kafka_conf_set) conf_set;
  decltype(&rd_kafka_conf_set_opaque) conf_set_opaque;
  decltype(&rd_kafka_conf_set_log_cb) conf_set_log_cb;
  decltype(&rd_kafka_conf_set_error_cb) conf_set_error_cb;
  decltype(&rd_kafka_new) new_client;
  decltype(&rd_kafka_destroy_flags) destroy;
  decltype(&rd_kafka_poll) poll;
  decltype(&rd_kafka_topic_new) topic_new;
  decltype(&rd_kafka_topic_destroy) topic_destroy;
  decltype(&rd_kafka_metadata) metadata;
  decltype(&rd_kafka_metadata_destroy) metadata_destroy;
  decltype(&rd_kafka_offsets_for_times) offsets_for_times;
  decltype(&rd_kafka_topic_partition_list_new) list_new;
  decltype(&rd_kafka_topic_partition_list_add) list_add;
  decltype(&rd_kafka_topic_partition_list_destroy) list_destroy;
  decltype(&rd_kafka_get_watermark_offsets) known_watermarks;
  decltype(&rd_kafka_queue_new) queue_new;
  decltype(&rd_kafka_queue_destroy) queue_destroy;
  decltype(&rd_kafka_queue_io_event_enable) queue_announce;
  decltype(&rd_kafka_consume_start_queue) consume_start;
  decltype(&rd_kafka_consume_stop) consume_stop;
  decltype(&rd_kafka_consume_batch_queue) consume_batch;
  decltype(&rd_kafka_message_destroy) message_destroy;
  decltype(&rd_kafka_last_error) last_error;
  decltype(&rd_kafka_err2str) error_text;
};

inline constexpr char kLibrdkafkaFile[] = "librdkafka.so.1";

/// Loads the library, for good. Fails with one sentence if there is none, or one without a function
/// that is needed.
[[nodiscard]] absl::StatusOr<Librdkafka> LoadLibrdkafka(const char* file);
/// The machine's own, loaded once, or why it is not there; looked for again as long as it is not.
/// Thread-safe.
[[nodiscard]] absl::StatusOr<const Librdkafka*> TheLibrdkafka();

}  // namespace maillog
