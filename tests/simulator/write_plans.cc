#include "write.h"

namespace simulator {

Response add_policy(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response change_policy(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response delete_policy(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response add_rule(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response change_rule(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response delete_rule(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response add_schedule(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response change_schedule(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }
Response delete_schedule(const Exchange&, std::string_view) { throw Refused(405, "Method Not Allowed"); }

}  // namespace simulator
