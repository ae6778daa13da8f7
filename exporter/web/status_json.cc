#include "exporter/web/status_json.h"

#include <chrono>
#include <optional>

#include "exporter/os/version.h"
#include "exporter/web/json_writer.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

void Add(JsonWriter& json, std::string_view key, std::uint64_t number) {
  json.Key(key).Number(number);
}

void Add(JsonWriter& json, std::string_view key, double number) { json.Key(key).Number(number); }

void Add(JsonWriter& json, std::string_view key, std::optional<double> number) {
  json.Key(key);
  number ? json.Number(*number) : json.Null();
}

std::string_view StateOf(const Sources::State& source) {
  const ReadingState& reading = source.reading;
  if (!reading.health.ok()) return "unreadable";
  if (!reading.caught_up) return "catching_up";
  const bool has_none = source.kind == "files" && !reading.files && !reading.since_read;
  return has_none ? "waiting" : "reading";
}

void AddMessage(JsonWriter& json, const ReadingState& reading) {
  json.Key("message");
  if (reading.health.ok()) {
    json.Null();
  } else {
    const auto message = reading.health.message();
    json.String({message.data(), message.size()});
  }
}

void AddReadiness(JsonWriter& json, const StatusFacts& facts) {
  json.Key("healthy").Bool(true);
  json.Key("ready").Bool(facts.ready);
  json.Key("waiting_for").BeginArray();
  for (const Sources::State& source : facts.sources) {
    if (source.reading.caught_up) continue;
    json.BeginObject();
    json.Key("source").String(source.source);
    json.Key("state").String(StateOf(source));
    AddMessage(json, source.reading);
    json.EndObject();
  }
  json.EndArray();
}

void AddSource(JsonWriter& json, const StatusFacts& facts, const Sources::State& source) {
  const ReadingState& reading = source.reading;
  const SourceFigures figures = FiguresOfSource(facts.samples, source.source);
  json.BeginObject();
  json.Key("name").String(source.source);
  json.Key("kind").String(source.kind);
  json.Key("paths").BeginArray();
  for (const std::string& path : source.paths) json.String(path);
  json.EndArray();
  json.Key("state").String(StateOf(source));
  AddMessage(json, reading);
  json.Key("files");
  if (reading.files) {
    json.BeginObject();
    Add(json, "count", std::uint64_t{reading.files->count});
    Add(json, "position_bytes", reading.files->position_bytes);
    Add(json, "size_bytes", reading.files->position_bytes + reading.files->unread_bytes);
    json.EndObject();
  } else {
    json.Null();
  }
  Add(json, "lag_bytes", figures.lag_bytes);
  Add(json, "lag_seconds", figures.lag_seconds);
  Add(json, "read_bytes", figures.read_bytes);
  Add(json, "lines", figures.lines);
  Add(json, "unknown_lines", figures.unknown_lines);
  Add(json, "malformed_lines", figures.malformed_lines);
  const double share = figures.lines == 0 ? 0
                                          : static_cast<double>(figures.unknown_lines) /
                                                static_cast<double>(figures.lines);
  Add(json, "unknown_share", share);
  Add(json, "last_record_seconds", figures.last_record_seconds);
  std::optional<double> last_read;
  if (reading.since_read) {
    last_read = facts.now_seconds - std::chrono::duration<double>(*reading.since_read).count();
  }
  Add(json, "last_read_seconds", last_read);
  json.EndObject();
}

void AddTotals(JsonWriter& json, const StatusTotals& totals) {
  json.Key("totals").BeginObject();
  Add(json, "sent", totals.sent);
  Add(json, "deferred", totals.deferred);
  Add(json, "bounced", totals.bounced);
  Add(json, "expired", totals.expired);
  Add(json, "rejected", totals.rejected);
  Add(json, "logins_ok", totals.logins_ok);
  Add(json, "logins_failed", totals.logins_failed);
  json.EndObject();
}

void AddReasons(JsonWriter& json, std::string_view key, const Reasons& reasons) {
  json.Key(key).BeginArray();
  for (const auto& [reason, count] : reasons) {
    json.BeginObject();
    json.Key("reason").String(reason);
    Add(json, "count", count);
    json.EndObject();
  }
  json.EndArray();
}

void AddDelay(JsonWriter& json, const StatusDelay& delay) {
  json.Key("delay").BeginObject();
  Add(json, "count", delay.count);
  Add(json, "sum_seconds", delay.sum_seconds);
  json.Key("percentiles").BeginObject();
  for (const auto& [name, quantile] : kShownQuantiles) Add(json, name, QuantileOf(delay, quantile));
  json.EndObject();
  json.Key("buckets").BeginArray();
  for (std::size_t i = 0; i < delay.buckets.size(); ++i) {
    json.BeginObject();
    Add(json, "up_to_seconds",
        i < delay.bounds.size() ? std::optional<double>(delay.bounds[i]) : std::nullopt);
    Add(json, "count", delay.buckets[i]);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void AddPop3(JsonWriter& json, const std::optional<StatusPop3>& pop3) {
  json.Key("pop3");
  if (!pop3) {
    json.Null();
    return;
  }
  json.BeginObject();
  Add(json, "sessions", pop3->sessions);
  Add(json, "top_messages", pop3->top_messages);
  Add(json, "top_bytes", pop3->top_bytes);
  Add(json, "retrieved_messages", pop3->retrieved_messages);
  Add(json, "retrieved_bytes", pop3->retrieved_bytes);
  Add(json, "deleted_messages", pop3->deleted_messages);
  Add(json, "deleted_bytes", pop3->deleted_bytes);
  json.EndObject();
}

void AddReports(JsonWriter& json, const std::vector<MtaReportCount>& reports) {
  json.Key("mta_reports").BeginArray();
  for (const MtaReportCount& report : reports) {
    json.BeginObject();
    json.Key("code").String(report.code);
    json.Key("result").String(report.result);
    Add(json, "count", report.count);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string StatusJson(const StatusFacts& facts) {
  JsonWriter json;
  json.BeginObject();
  Add(json, "schema_version", kStatusVersion);
  Add(json, "now_seconds", facts.now_seconds);
  json.Key("version").String(Version());
  json.Key("telemetry_path").String(facts.telemetry_path);
  Add(json, "started_seconds", GaugeOf(facts.samples, kProcessStartTime));
  AddReadiness(json, facts);
  json.Key("state").BeginObject();
  json.Key("durable").Bool(facts.is_durable);
  json.Key("saved").Bool(GaugeOf(facts.samples, kStateSaved).value_or(0) == 1);
  json.EndObject();
  json.Key("sources").BeginArray();
  for (const Sources::State& source : facts.sources) AddSource(json, facts, source);
  json.EndArray();
  const StatusFigures figures = FiguresOf(facts.samples);
  AddTotals(json, figures.totals);
  json.Key("reasons").BeginObject();
  AddReasons(json, "deferred", figures.deferred);
  AddReasons(json, "bounced", figures.bounced);
  AddReasons(json, "rejected", figures.rejected);
  json.EndObject();
  AddDelay(json, figures.delay);
  AddPop3(json, figures.pop3);
  AddReports(json, figures.mta_reports);
  json.EndObject();
  return json.Take() + "\n";
}

}  // namespace maillog
