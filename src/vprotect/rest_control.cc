#include "vprotect/rest_control.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "base/shared_text.h"
#include "vprotect/decoding.h"
#include "vprotect/encoding.h"
#include "vprotect/fields.h"
#include "vprotect/json.h"
#include "vprotect/link.h"
#include "vprotect/query.h"
#include "vprotect/record.h"

namespace vprotect {
namespace {

// Ten thousand VMs that a policy's record embeds whole take some 20 MB.
constexpr std::size_t kMostDetail = 64UL * 1024 * 1024;
constexpr std::size_t kMostIgnored = 64UL * 1024;

constexpr std::string_view kGuid = "{guid}";
constexpr std::string_view kTaskState = "/tasks/{guid}/state";
constexpr std::string_view kPolicies = "/policies/vm-backup";
constexpr std::string_view kPolicy = "/policies/vm-backup/{guid}";
constexpr std::string_view kRules = "/rules/vm-backup";
constexpr std::string_view kRule = "/rules/vm-backup/{guid}";
constexpr std::string_view kSchedules = "/schedules";
constexpr std::string_view kSchedule = "/schedules/{guid}";
// Without it a rule's record may lack destinations, which an update would then take away.
constexpr std::string_view kWholeRule = "only-active-destinations=false";

// The call to one thing. An id that would make it a call to a list, or to another place, is refused.
std::optional<Call> call_to(Method method, std::string_view endpoint, const std::string& id) {
  if (id.empty() || id == "." || id == "..") return std::nullopt;
  std::string path(endpoint);
  path.replace(path.find(kGuid), kGuid.size(), encoded(id));
  return Call{.method = method, .endpoint = endpoint, .path = path, .once = method != Method::get};
}

base::Error no_such_call(std::string_view endpoint) {
  return {base::ErrorKind::malformed, std::string(endpoint) + ": not a guid that can be asked for"};
}

// A redirect is no answer of the API, which does not move; only 303 says that something was done (RFC 9110).
bool may_have_happened(const Answer& answer) {
  const int status = answer.head.status;
  const bool refused = status >= 300 && status <= 499 && status != 303 && status != 408;
  return answer.sent && !refused;
}

bool is_success(const Answer& answer) { return answer.head.status >= 200 && answer.head.status <= 299; }

template <class T>
base::Result<T> unreadable(const Call& call, std::string_view problem) {
  return base::Error{base::ErrorKind::malformed, name_of(call) + ": " + std::string(problem)};
}

}  // namespace

class RestControl::Impl {
 public:
  Impl(const ServerOptions& options, const Observer& observer, const base::Clock& clock)
      : options_(options), link_(options, observer, clock) {}

  // Success bodies may be empty (API page, 2.4), and one that cannot be read says that it was taken, too.
  Changed<Begun> begin(std::string_view endpoint, std::string body, const domain::VmId& vm) {
    const auto answer =
        answer_to({.method = Method::post, .endpoint = endpoint, .body = std::move(body), .once = true});
    if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
    Record record;
    record.parse(std::get<std::string>(answer));
    return decode_begun(record.root(), vm);
  }

  template <class Id>
  Changed<Id> create(std::string_view endpoint, std::string body) {
    const Call call{.method = Method::post, .endpoint = endpoint, .body = std::move(body), .once = true};
    const auto answer = answer_to(call);
    if (const auto* failure = std::get_if<Failure>(&answer)) return *failure;
    Record record;
    record.parse(std::get<std::string>(answer));
    Id id(own_guid(record.root()));
    if (!id.empty()) return id;
    return Failure{unreadable<Id>(call, "the answer does not tell the new guid").error(), true};
  }

  Changed<base::Done> change(const std::optional<Call>& call, std::string_view endpoint) {
    if (!call) return Failure{no_such_call(endpoint)};
    return change(*call, link_.bounds());
  }

  template <class Draft>
  Changed<base::Done> update(std::string_view endpoint, const std::string& id, const Draft& draft,
                             std::string_view query = {}) {
    auto read = call_to(Method::get, endpoint, id);
    if (!read) return Failure{no_such_call(endpoint)};
    read->query = query;
    const Bounds bounds = link_.bounds();
    const auto record = link_.object(*read, kMostDetail, bounds);
    if (!record) return Failure{record.error()};
    auto body = merge(*record, draft);
    if (!body) return Failure{{body.error().kind, name_of(*read) + ": " + body.error().message}};
    Call write = *call_to(Method::put, endpoint, id);
    write.body = std::move(*body);
    return change(write, bounds);
  }

  base::Result<PolicyDetail> policy(const domain::PolicyId& id) {
    const auto call = call_to(Method::get, kPolicy, id.text());
    if (!call) return no_such_call(kPolicy);
    const auto body = link_.object(*call, kMostDetail, link_.bounds());
    if (!body) return body.error();
    const auto slim = parse_record(*body, Embedded::named);
    if (!slim) return unreadable<PolicyDetail>(*call, "not a JSON object that can be read");
    return decoded<PolicyDetail>(*call, text_of(*slim));
  }

  base::Result<domain::Schedule> schedule(const domain::ScheduleId& id) {
    const auto call = call_to(Method::get, kSchedule, id.text());
    if (!call) return no_such_call(kSchedule);
    const auto body = link_.object(*call, options_.most_record, link_.bounds());
    if (!body) return body.error();
    return decoded<domain::Schedule>(*call, *body);
  }

  void cancel() { link_.cancel(); }

 private:
  template <class Row>
  static base::Result<Row> decoded(const Call& call, std::string_view text) {
    Record record;
    base::TextPool pool;
    Row row;
    record.parse(text);
    switch (decode(record.root(), pool, row)) {
      case Verdict::wanted:
        return row;
      case Verdict::unwanted:
        return unreadable<Row>(call, "not of VM backups");
      case Verdict::unreadable:
        break;
    }
    return unreadable<Row>(call, "a record that cannot be read");
  }

  // The text of an answer that says yes.
  Changed<std::string> answer_to(const Call& call) {
    BodyText body(kMostDetail);
    const Answer answer = link_.session().send(call, body.sink(), link_.bounds());
    if (answer.fault) return Failure{*answer.fault, may_have_happened(answer)};
    if (auto problem = body.problem(call, answer)) return Failure{std::move(*problem), true};
    return body.take();
  }

  // Here a yes is enough: what stands behind it is of no interest, nor whether it arrives.
  Changed<base::Done> change(const Call& call, const Bounds& bounds) {
    BodyText body(kMostIgnored);
    const Answer answer = link_.session().send(call, body.sink(), bounds);
    if (!is_success(answer)) return Failure{*answer.fault, may_have_happened(answer)};
    const auto problem = body.problem(call, answer);
    if (problem && problem->kind == base::ErrorKind::malformed) return Failure{*problem, true};
    return base::Done{};
  }

  // Constant after construction.
  const ServerOptions options_;

  Link link_;
};

RestControl::RestControl(const ServerOptions& options, const Observer& observer, const base::Clock& clock)
    : impl_(std::make_unique<Impl>(options, observer, clock)) {}

RestControl::~RestControl() = default;

Changed<Begun> RestControl::export_vm(const ExportAsk& ask) {
  return impl_->begin("/tasks/export", encode(ask), ask.vm);
}

Changed<Begun> RestControl::restore_and_import(const RestoreAsk& ask) {
  return impl_->begin("/tasks/restore-and-import", encode(ask), {});
}

Changed<base::Done> RestControl::cancel(const domain::TaskId& task, const std::string& why) {
  auto call = call_to(Method::put, kTaskState, task.text());
  if (call) call->body = encode_cancel(why);
  return impl_->change(call, kTaskState);
}

base::Result<PolicyDetail> RestControl::policy(const domain::PolicyId& id) { return impl_->policy(id); }

base::Result<domain::Schedule> RestControl::schedule(const domain::ScheduleId& id) {
  return impl_->schedule(id);
}

Changed<domain::PolicyId> RestControl::create(const PolicyDraft& draft) {
  return impl_->create<domain::PolicyId>(kPolicies, encode(draft));
}

Changed<domain::RuleId> RestControl::create(const RuleDraft& draft) {
  return impl_->create<domain::RuleId>(kRules, encode(draft));
}

Changed<domain::ScheduleId> RestControl::create(const ScheduleDraft& draft) {
  return impl_->create<domain::ScheduleId>(kSchedules, encode(draft));
}

Changed<base::Done> RestControl::update(const domain::PolicyId& id, const PolicyDraft& draft) {
  return impl_->update(kPolicy, id.text(), draft);
}

Changed<base::Done> RestControl::update(const domain::RuleId& id, const RuleDraft& draft) {
  return impl_->update(kRule, id.text(), draft, kWholeRule);
}

Changed<base::Done> RestControl::update(const domain::ScheduleId& id, const ScheduleDraft& draft) {
  return impl_->update(kSchedule, id.text(), draft);
}

Changed<base::Done> RestControl::remove(const domain::PolicyId& id) {
  return impl_->change(call_to(Method::remove, kPolicy, id.text()), kPolicy);
}

Changed<base::Done> RestControl::remove(const domain::RuleId& id) {
  return impl_->change(call_to(Method::remove, kRule, id.text()), kRule);
}

Changed<base::Done> RestControl::remove(const domain::ScheduleId& id) {
  return impl_->change(call_to(Method::remove, kSchedule, id.text()), kSchedule);
}

void RestControl::cancel_calls() { impl_->cancel(); }

}  // namespace vprotect
