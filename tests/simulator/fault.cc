#include "fault.h"

#include <algorithm>
#include <array>
#include <utility>

namespace simulator {
namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 38> kNames{{
    {"status", FaultKind::status},
    {"login_page", FaultKind::login_page},
    {"empty_body", FaultKind::empty_body},
    {"deep_json", FaultKind::deep_json},
    {"reset", FaultKind::reset},
    {"close", FaultKind::close},
    {"lost", FaultKind::lost},
    {"status_after", FaultKind::status_after},
    {"late_work", FaultKind::late_work},
    {"twice", FaultKind::twice},
    {"expire_session", FaultKind::expire_session},
    {"latency", FaultKind::latency},
    {"drip", FaultKind::drip},
    {"cut_body", FaultKind::cut_body},
    {"lying_length", FaultKind::lying_length},
    {"huge_body", FaultKind::huge_body},
    {"long_reason", FaultKind::long_reason},
    {"header_flood", FaultKind::header_flood},
    {"date_skew", FaultKind::date_skew},
    {"truncated_json", FaultKind::truncated_json},
    {"invalid_utf8", FaultKind::invalid_utf8},
    {"bad_record", FaultKind::bad_record},
    {"numbers_as_strings", FaultKind::numbers_as_strings},
    {"numbers_as_floats", FaultKind::numbers_as_floats},
    {"enums_as_strings", FaultKind::enums_as_strings},
    {"references_as_strings", FaultKind::references_as_strings},
    {"nulls", FaultKind::nulls},
    {"unknown_fields", FaultKind::unknown_fields},
    {"unknown_enums", FaultKind::unknown_enums},
    {"page_cap", FaultKind::page_cap},
    {"ignore_paging", FaultKind::ignore_paging},
    {"no_total", FaultKind::no_total},
    {"wrong_total", FaultKind::wrong_total},
    {"rows_vanish", FaultKind::rows_vanish},
    {"rows_appear", FaultKind::rows_appear},
    {"ignore_tenant_filter", FaultKind::ignore_tenant_filter},
    {"no_windows", FaultKind::no_windows},
    {"always_async", FaultKind::always_async},
}};

constexpr std::string_view kPage =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Please sign "
    "in.</form></body></html>";

bool concerns(const Fault& fault, std::string_view method, std::string_view path, std::int64_t page) {
  if (!fault.method.empty() && fault.method != method) return false;
  const bool between_pages = fault.kind == FaultKind::rows_vanish || fault.kind == FaultKind::rows_appear;
  if (between_pages && page < 1) return false;
  return fault.path.empty() ? !path.starts_with("/session") : path.starts_with(fault.path);
}

Damage damage_named(std::string_view name) {
  if (name == "wrong_types") return Damage::wrong_types;
  if (name == "null_row") return Damage::null_row;
  return name == "text_row" ? Damage::text_row : Damage::missing_guid;
}

Response html(int status) {
  return {.status = status, .headers = {{"Content-Type", "text/html"}}, .body = std::string(kPage)};
}

Response json(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

Response status_answer(const Fault& fault) {
  Response response = fault.shape == "text" ? json(fault.status, fault.text)
                                            : error_answer(fault.status, "Something went wrong", fault.shape);
  if (!fault.retry_after.empty()) response.headers.emplace_back("Retry-After", fault.retry_after);
  return response;
}

void insert_invalid_utf8(std::string& body) {
  constexpr std::string_view kKey = "\"name\":\"";
  const std::size_t at = body.find(kKey);
  if (at != std::string::npos) body.insert(at + kKey.size(), "\xC3\x28\xFF\xFE");
}

void add_fields(Response& response, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i)
    response.headers.emplace_back("X-Flood-" + std::to_string(i), "0123456789abcdef");
}

void twist(Twist& twist, const Fault& fault) {
  switch (fault.kind) {
    case FaultKind::expire_session:
      twist.expire_session = true;
      break;
    case FaultKind::date_skew:
      twist.date_skew = fault.delay;
      break;
    case FaultKind::bad_record:
      twist.style.damage = damage_named(fault.text);
      break;
    case FaultKind::numbers_as_strings:
      twist.style.numbers = Numbers::strings;
      break;
    case FaultKind::numbers_as_floats:
      twist.style.numbers = Numbers::floats;
      break;
    case FaultKind::enums_as_strings:
      twist.style.enums_as_strings = true;
      break;
    case FaultKind::references_as_strings:
      twist.style.references_as_strings = true;
      break;
    case FaultKind::nulls:
      twist.style.nulls = true;
      break;
    case FaultKind::unknown_fields:
      twist.style.unknown_fields = true;
      break;
    case FaultKind::unknown_enums:
      twist.style.unknown_enums = true;
      break;
    case FaultKind::page_cap:
      twist.page_cap = fault.amount;
      break;
    case FaultKind::ignore_paging:
      twist.ignore_paging = true;
      break;
    case FaultKind::no_total:
      twist.no_total = true;
      break;
    case FaultKind::wrong_total:
      twist.total_error = fault.amount;
      break;
    case FaultKind::rows_vanish:
      twist.shift = fault.amount;
      break;
    case FaultKind::rows_appear:
      twist.shift = -fault.amount;
      break;
    case FaultKind::ignore_tenant_filter:
      twist.ignore_tenant_filter = true;
      break;
    case FaultKind::no_windows:
      twist.style.no_windows = true;
      break;
    case FaultKind::always_async:
      twist.always_async = true;
      break;
    case FaultKind::twice:
      twist.twice = true;
      break;
    default:
      break;
  }
}

void damage(Response& response, const Fault& fault) {
  Delivery& delivery = response.delivery;
  const auto amount = static_cast<std::uint64_t>(fault.amount);
  switch (fault.kind) {
    case FaultKind::lost:
      delivery.close = true;
      break;
    case FaultKind::status_after:
      response = status_answer(fault);
      break;
    case FaultKind::latency:
      delivery.delay += fault.delay;
      break;
    case FaultKind::drip:
      delivery.drip = fault.delay;
      break;
    case FaultKind::cut_body:
      delivery.promised = response.body.size();
      delivery.cut_after = amount > 0 ? amount : response.body.size() / 2;
      break;
    case FaultKind::lying_length:
      delivery.promised = response.body.size() + amount;
      delivery.cut_after = response.body.size();
      break;
    case FaultKind::huge_body:
      delivery.filler = amount > 0 ? amount : kEndless;
      break;
    case FaultKind::long_reason:
      response.reason.assign(amount, 'x');
      break;
    case FaultKind::header_flood:
      add_fields(response, fault.amount);
      break;
    case FaultKind::truncated_json:
      response.body.resize(response.body.size() / 2);
      break;
    case FaultKind::invalid_utf8:
      insert_invalid_utf8(response.body);
      break;
    default:
      break;
  }
}

}  // namespace

std::string_view name_of(FaultKind kind) {
  return std::find_if(kNames.begin(), kNames.end(), [&](const auto& each) { return each.second == kind; })
      ->first;
}

std::optional<FaultKind> fault_kind(std::string_view name) {
  const auto* const it =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& each) { return each.first == name; });
  return it == kNames.end() ? std::nullopt : std::optional(it->second);
}

int FaultPlan::add(Fault fault) {
  entries_.push_back({.number = next_, .fault = std::move(fault)});
  return next_++;
}

bool FaultPlan::remove(int number) {
  return std::erase_if(entries_, [&](const Entry& each) { return each.number == number; }) > 0;
}

std::vector<Fault> FaultPlan::hitting(std::string_view method, std::string_view path, std::int64_t page) {
  std::vector<Fault> faults;
  for (Entry& entry : entries_) {
    if (!concerns(entry.fault, method, path, page)) continue;
    if (entry.seen++ < entry.fault.skip) continue;
    if (entry.fault.times && entry.hit >= *entry.fault.times) continue;
    ++entry.hit;
    faults.push_back(entry.fault);
  }
  return faults;
}

Twist twist_of(const std::vector<Fault>& faults) {
  Twist sum;
  for (const Fault& fault : faults) twist(sum, fault);
  return sum;
}

std::optional<Response> answer_of(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    switch (fault.kind) {
      case FaultKind::status:
        return status_answer(fault);
      case FaultKind::login_page:
        return html(200);
      case FaultKind::empty_body:
        return json(200, "");
      case FaultKind::deep_json:
        return json(200, std::string(static_cast<std::size_t>(fault.amount), '['));
      case FaultKind::reset:
        return Response{.delivery = {.reset = true}};
      case FaultKind::close:
        return Response{.delivery = {.close = true}};
      default:
        break;
    }
  }
  return std::nullopt;
}

void damage(Response& response, const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) damage(response, fault);
}

Response error_answer(int status, std::string_view message, std::string_view shape) {
  if (shape == "html") return html(status);
  if (shape == "empty") return {.status = status};
  const std::string object = "{\"message\":\"" + std::string(message) + "\"}";
  return json(status, shape == "error.message" ? "{\"error\":" + object + "}" : object);
}

}  // namespace simulator
