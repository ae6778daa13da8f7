#include "exporter/input/kafka/librdkafka.h"

#include <dlfcn.h>

#include <mutex>
#include <optional>

#include "absl/strings/str_cat.h"
#include "exporter/input/loaded_functions.h"

namespace maillog {

absl::StatusOr<Librdkafka> LoadLibrdkafka(const char* file) {
  void* const library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = ::dlerror();
    return absl::UnimplementedError(
        absl::StrCat("Kafka is read by librdkafka, which cannot be loaded (",
                     why == nullptr ? file : why, "); install librdkafka (Debian: librdkafka1)"));
  }
  Librdkafka loaded{};
  LoadedFunctions functions(library);
  functions.Take("rd_kafka_conf_new", loaded.conf_new);
  functions.Take("rd_kafka_conf_destroy", loaded.conf_destroy);
  functions.Take("rd_kafka_conf_set", loaded.conf_set);
  functions.Take("rd_kafka_conf_set_opaque", loaded.conf_set_opaque);
  functions.Take("rd_kafka_conf_set_log_cb", loaded.conf_set_log_cb);
  functions.Take("rd_kafka_conf_set_error_cb", loaded.conf_set_error_cb);
  functions.Take("rd_kafka_new", loaded.new_client);
  functions.Take("rd_kafka_destroy_flags", loaded.destroy);
  functions.Take("rd_kafka_poll", loaded.poll);
  functions.Take("rd_kafka_topic_new", loaded.topic_new);
  functions.Take("rd_kafka_topic_destroy", loaded.topic_destroy);
  functions.Take("rd_kafka_metadata", loaded.metadata);
  functions.Take("rd_kafka_metadata_destroy", loaded.metadata_destroy);
  functions.Take("rd_kafka_offsets_for_times", loaded.offsets_for_times);
  functions.Take("rd_kafka_topic_partition_list_new", loaded.list_new);
  functions.Take("rd_kafka_topic_partition_list_add", loaded.list_add);
  functions.Take("rd_kafka_topic_partition_list_destroy", loaded.list_destroy);
  functions.Take("rd_kafka_get_watermark_offsets", loaded.known_watermarks);
  functions.Take("rd_kafka_queue_new", loaded.queue_new);
  functions.Take("rd_kafka_queue_destroy", loaded.queue_destroy);
  functions.Take("rd_kafka_queue_io_event_enable", loaded.queue_announce);
  functions.Take("rd_kafka_consume_start_queue", loaded.consume_start);
  functions.Take("rd_kafka_consume_stop", loaded.consume_stop);
  functions.Take("rd_kafka_consume_batch_queue", loaded.consume_batch);
  functions.Take("rd_kafka_message_destroy", loaded.message_destroy);
  functions.Take("rd_kafka_last_error", loaded.last_error);
  functions.Take("rd_kafka_err2str", loaded.error_text);
  if (functions.missing().empty()) return loaded;
  ::dlclose(library);
  return absl::UnimplementedError(absl::StrCat("Kafka is read by librdkafka, and ", file,
                                               " has no ", functions.missing(), "; update it"));
}

absl::StatusOr<const Librdkafka*> TheLibrdkafka() {
  static std::mutex mutex;
  static std::optional<Librdkafka> loaded;
  const std::lock_guard lock(mutex);
  if (!loaded) {
    absl::StatusOr<Librdkafka> now = LoadLibrdkafka(kLibrdkafkaFile);
    if (!now.ok()) return now.status();
    loaded = *now;
  }
  return &*loaded;
}

}  // namespace maillog
