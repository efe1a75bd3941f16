#pragma once

#include <httplib.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "domain/snapshot.h"
#include "web/problem.h"
#include "web/router.h"

// Answers that several routes give.
namespace web {

enum class PageScript : std::uint8_t { none, own };

// A page for people, which loads nothing from elsewhere: it has no style, and no script if it has one at all,
// but those marked with the nonce, which is another for each answer. A script may ask this server for data.
void answer_page(const std::function<std::string(std::string_view nonce)>& page, httplib::Response& response,
                 PageScript script = PageScript::none);

void answer_problem(const Problem& problem, httplib::Response& response);

// 503, to be asked again soon; `why` is a sentence.
void answer_not_yet(const std::string& why, httplib::Response& response);

Problem not_yet();  // kNothingRead, as a problem

inline constexpr const char* kNothingRead = "No server has been read yet.";

// Marks the answer as one that this caller gets to this request as long as the snapshot is the same. True
// when it has it already: then 304 says so, and nothing is left to do.
bool is_known_to_client(const Asked& asked, const domain::Snapshot& snapshot, httplib::Response& response);

// A whole body, compressed where that is welcome and worth it.
void answer_body(const Asked& asked, std::string body, const std::string& type, httplib::Response& response);

// A body that comes in pieces, of which one at a time is in memory: `next` adds the next one to `piece`, and
// is false when there is none. It is called while the answer is sent.
using NextPiece = std::function<bool(std::string& piece)>;
void answer_pieces(NextPiece next, const std::string& type, httplib::Response& response);

}  // namespace web
