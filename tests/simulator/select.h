#pragma once

#include <vector>

#include "fault.h"
#include "http.h"
#include "model.h"
#include "profile.h"

// Which rows a list request is about, in order.
namespace simulator {

struct Question {
  const Model& model;
  const Profile& profile;
  const Query& query;
  bool tenant_filter = true;
};

std::vector<Id> vms_asked_for(const Question& question);
std::vector<const Backup*> backups_asked_for(const Question& question);
std::vector<const Task*> tasks_asked_for(const Question& question);
std::vector<const RestoreJob*> restore_jobs_asked_for(const Question& question);
std::vector<Id> schedules_asked_for(const Question& question);
std::vector<Id> policies_asked_for(const Question& question);
std::vector<Id> rules_asked_for(const Question& question);
std::vector<Id> named_rows(std::size_t count);

}  // namespace simulator
