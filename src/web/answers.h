#pragma once

#include <httplib.h>

#include <functional>
#include <string>
#include <string_view>

// Answers that several routes give.
namespace web {

// A page for people, which runs and loads nothing: no script, no style but those marked with the nonce, which
// is another for each answer.
void answer_page(const std::function<std::string(std::string_view nonce)>& page, httplib::Response& response);

// 503, to be asked again soon; `why` is a sentence.
void answer_not_yet(const std::string& why, httplib::Response& response);

inline constexpr const char* kNothingRead = "No server has been read yet.";

}  // namespace web
