#pragma once

#include <string>

namespace web {

// A bearer token that nobody can guess, and the lines that let it in; for the eyes of who asked for it only.
std::string new_token();

}  // namespace web
