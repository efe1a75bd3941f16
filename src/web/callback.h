#pragma once

#include <string>

namespace web {

// Posts the body as JSON with `X-Signature: ` and the signature. True when it was answered with a 2xx; a
// redirect is not followed. Certificates are verified. Takes some seconds at most.
bool post_callback(const std::string& url, const std::string& body, const std::string& signature);

}  // namespace web
