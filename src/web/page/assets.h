#pragma once

#include <string_view>

// The texts of the pages for people, as they stand beside this file.
namespace web {

extern const std::string_view kStyleSheet;
extern const std::string_view kReportBody;
extern const std::string_view kReportScript;

}  // namespace web
