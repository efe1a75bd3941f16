#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

// The program's log: one line an event, on standard error, as logfmt or JSON. Any thread may write to it.
// Nothing secret may be handed to it.
namespace base::log {

enum class Level { debug, info, warn, error };
enum class Format { logfmt, json };

using Field = std::pair<std::string_view, std::string>;
using Fields = std::initializer_list<Field>;

// Once, before the first other thread starts.
void configure(Level least, Format format);
void set_level(Level least);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// One event without its time: for tests, and the body of a line.
std::string rendered(Format format, Level level, std::string_view message, Fields fields);

}  // namespace base::log
