#include "domain/task.h"

namespace domain {

bool is_open(const Task& task) { return task.state == "QUEUED" || task.state == "RUNNING"; }

}  // namespace domain
