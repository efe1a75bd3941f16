#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>

#include "base/text.h"

namespace base::log {
namespace {

std::atomic<Format> format_in_use{Format::logfmt};

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : to_valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += code.data();
    } else {
      out += c;
    }
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  return out += '"';
}

bool is_bare(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:%+,") ==
             std::string_view::npos;
}

void append_field(std::string& out, Format format, std::string_view name, std::string_view value) {
  if (!out.empty()) out += format == Format::json ? "," : " ";
  if (format == Format::json) {
    out.append(quoted(name)).append(":").append(quoted(value));
  } else {
    out.append(name).append("=").append(is_bare(value) ? std::string(value) : quoted(value));
  }
}

std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, 4> kNames{"debug", "info", "warn", "error"};
  return kNames.at(static_cast<std::size_t>(level));
}

void write(Level level, std::string_view message, Fields fields) {
  if (!spdlog::should_log(to_spdlog(level))) return;
  spdlog::default_logger_raw()->log(to_spdlog(level), rendered(format_in_use, level, message, fields));
}

}  // namespace

void configure(Level least, Format format) {
  format_in_use = format;
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("", std::move(sink));
  const char* pattern =
      format == Format::json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})" : "ts=%Y-%m-%dT%H:%M:%S.%eZ %v";
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(std::move(logger));
  set_level(least);
}

void set_level(Level least) { spdlog::set_level(to_spdlog(least)); }

void debug(std::string_view message, Fields fields) { write(Level::debug, message, fields); }
void info(std::string_view message, Fields fields) { write(Level::info, message, fields); }
void warn(std::string_view message, Fields fields) { write(Level::warn, message, fields); }
void error(std::string_view message, Fields fields) { write(Level::error, message, fields); }

std::string rendered(Format format, Level level, std::string_view message, Fields fields) {
  std::string out;
  append_field(out, format, "level", name_of(level));
  append_field(out, format, "msg", message);
  for (const auto& [name, value] : fields) append_field(out, format, name, value);
  return out;
}

}  // namespace base::log
