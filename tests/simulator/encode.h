#pragma once

#include "json_writer.h"
#include "model.h"
#include "profile.h"

// The server's records, as JSON.
namespace simulator {

// What a record is written from. The references outlive it.
struct Encoder {
  const Model& model;
  const Profile& profile;
  TimePoint now;
};

enum class Depth : std::uint8_t { list, detail };

void encode_vm(JsonWriter& json, const Encoder& from, const Vm& vm, Depth depth);
void encode_backup(JsonWriter& json, const Encoder& from, const Backup& backup, Depth depth);
void encode_task(JsonWriter& json, const Encoder& from, const Task& task, Depth depth);
void encode_restore_job(JsonWriter& json, const Encoder& from, const RestoreJob& job);
void encode_schedule(JsonWriter& json, const Encoder& from, Id schedule);
// `extended` is the query parameter of that name.
void encode_policy(JsonWriter& json, const Encoder& from, Id policy, Depth depth, bool extended);
void encode_rule(JsonWriter& json, const Encoder& from, Id rule);
void encode_node(JsonWriter& json, const Encoder& from, Id node);
void encode_destination(JsonWriter& json, const Encoder& from, Id destination);
void encode_project(JsonWriter& json, const Encoder& from, Id project);
void encode_protection(JsonWriter& json, const Encoder& from);

// Parts that several records have.
Choice choice_of(BackupType type);
Choice choice_of(const Profile& profile, BackupStatus status);
Choice choice_of(const Profile& profile, TaskType type);
Choice choice_of(TaskState state);
double progress_of(const Task& task, TimePoint now);  // 0 to 100
void encode_time(JsonWriter& json, std::string_view key, const OptionalTime& time);
void encode_entity(JsonWriter& json, const Vm& vm);
void encode_origin(JsonWriter& json, const Model& model, const std::optional<Id>& schedule);
void encode_unknown(JsonWriter& json);
void encode_kept(JsonWriter& json, const KeptFields& kept);
// An enum inside a nested object, which some versions write as a plain string.
void encode_loose(JsonWriter& json, const Profile& profile, std::string_view key, const Choice& value);

}  // namespace simulator
