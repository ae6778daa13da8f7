#include "exporter/web/web_accept.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "exporter/web/web_gzip.h"

namespace maillog {
namespace {

using enum ExpositionFormat;

// What Prometheus sends, by version and settings.
constexpr std::string_view kPrometheus242 =
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
constexpr std::string_view kPrometheus242Native =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
    "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q="
    "0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
constexpr std::string_view kPrometheus35 =
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/"
    "openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/"
    "plain;version=0.0.4;q=0.3,*/*;q=0.2";

TEST(WebAcceptTest, TheFormatThatIsWantedMostIsTaken) {
  struct Row {
    std::string_view accept;
    ExpositionFormat format;
    bool says_escaping;
  };
  for (const auto& [accept, format, says_escaping] :
       {Row{"", kText, false},
        Row{"*/*", kText, false},
        Row{"text/html,*/*;q=0.1", kText, false},
        Row{kPrometheus242, kOpenMetrics, false},
        Row{kPrometheus242Native, kProtobuf, false},
        Row{kPrometheus35, kOpenMetrics, true},
        Row{"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3",
            kText, false},
        Row{"application/openmetrics-text", kOpenMetrics, false},
        Row{"application/openmetrics-text; version=\"1.0.0\" ; charset=utf-8", kOpenMetrics, false},
        Row{"application/openmetrics-text;version=2.0.0", kText, false},
        Row{"application/openmetrics-text;q=0", kText, false},
        Row{"application/openmetrics-text;q=0.3,text/plain;q=0.7", kText, false},
        Row{"text/plain;q=0.5,application/openmetrics-text;q=0.5", kText, false},
        Row{"Application/OpenMetrics-Text; Version=1.0.0; Escaping=x", kOpenMetrics, true},
        Row{"application/openmetrics-text;Q=0.3,TEXT/Plain;q=0.7", kText, false},
        Row{"application/openmetrics-text;q=0.3,Text/*;q=0.7", kText, false},
        Row{"application/openmetrics-text;q=0.3,Text/Plain;version=9", kOpenMetrics, false},
        Row{"application/vnd.google.Protobuf;Proto=io.prometheus.client.MetricFamily;"
            "encoding=delimited",
            ExpositionFormat::kProtobuf, false},
        Row{"application/vnd.google.protobuf;encoding=text", kText, false},
        Row{"application/vnd.google.protobuf", kText, false},
        Row{"image/png", kText, false},
        Row{",,;;q=,=;q=x", kText, false}}) {
    const WantedForm wanted = ParseAccept(accept, "");
    EXPECT_EQ(wanted.format, format) << accept;
    EXPECT_EQ(wanted.says_escaping, says_escaping) << accept;
  }
}

TEST(WebAcceptTest, PackedIfThatIsWantedMore) {
  struct Row {
    std::string_view encoding;
    bool packed;
  };
  for (const auto& [encoding, packed] :
       {Row{"", false}, Row{"gzip", true}, Row{"gzip, deflate, br", true}, Row{"*", true},
        Row{"identity", false}, Row{"gzip;q=0", false}, Row{"gzip;q=0.5, identity", false},
        Row{"gzip, identity;q=0.5", true}, Row{"deflate", false}, Row{"*;q=0", false},
        Row{"gzip;q=0.001", true}, Row{"GZip", true}, Row{"x-gzip", true}, Row{"X-GZIP;Q=0", false},
        Row{"gzip;q=0, x-gzip", false}, Row{"gzip;q=0.5, Identity", false}}) {
    EXPECT_EQ(ParseAccept("", encoding).coding == BodyCoding::kGzip, packed) << encoding;
  }
}

TEST(WebAcceptTest, TheTypeTellsTheEscapingIfItWasNamed) {
  EXPECT_EQ(ContentTypeOf(ParseAccept(kPrometheus242, "")),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_EQ(ContentTypeOf(ParseAccept(kPrometheus35, "")),
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores");
  EXPECT_EQ(ContentTypeOf(ParseAccept("", "")), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ContentTypeOf(ParseAccept(kPrometheus242Native, "")),
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
            "encoding=delimited");
}

TEST(WebGzipTest, UnpacksToTheSame) {
  for (const std::size_t size : {0U, 1U, 100'000U}) {
    std::string text;
    while (text.size() < size) text += "maillog_" + std::to_string(text.size() * 7919) + "\n";
    const std::string packed = Gzip(text);
    z_stream stream{};
    ASSERT_EQ(::inflateInit2(&stream, 15 + 16), Z_OK);
    std::string unpacked(text.size() + 1, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
    unpacked.resize(stream.total_out);
    ::inflateEnd(&stream);
    EXPECT_EQ(unpacked, text);
  }
}

}  // namespace
}  // namespace maillog
