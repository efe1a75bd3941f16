#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault.h"
#include "model.h"
#include "scenario.h"
#include "session.h"
#include "stream.h"

// A stand-in for the vendor's server, unforgiving on purpose. README.md tells what it does and knows.
namespace simulator {

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: a free one
  std::string control_host = "127.0.0.1";
  int control_port = 0;
  std::string profile = "7.4";    // 3.9, 5.1, 7.4
  std::string scenario = "demo";  // demo, golden, bulk
  Bulk bulk;                      // of the bulk scenario
  std::uint64_t seed = 1;
  double speed = 1;    // of its clock; 0: it stands still until it is advanced
  OptionalTime start;  // absent: the world's time; the golden scenario has its own, and stands still
  std::string username = "monitoring";
  std::string password = "secret";
  std::optional<Tls> tls;
  Millis session_lifetime = std::chrono::minutes(30);  // idle, by the simulator's clock; 0: for ever
};

struct LoggedRequest {
  TimePoint at{};
  std::string method;
  std::string path;   // with /api
  std::string query;  // as sent
  int status = 0;     // 0: no answer was given
  bool cookie = false;
};

struct Counts {
  std::uint64_t requests = 0, logins = 0, refused_logins = 0, logouts = 0;
  std::size_t open_sessions = 0;
  int deleted_cookies_sent = 0;
};

// Serves from construction to destruction. Any thread may call any method.
// Throws std::runtime_error when a port cannot be had, std::invalid_argument for a bad option.
class Simulator {
 public:
  explicit Simulator(const Options& options = {});
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  int port() const;
  int control_port() const;
  std::string url() const;  // "http://127.0.0.1:PORT", without /api
  std::string control_url() const;

  int fault(Fault fault);
  bool remove_fault(int number);
  void clear_faults();
  std::vector<FaultPlan::Entry> faults() const;

  TimePoint now() const;
  void set_time(TimePoint time);
  void advance(Millis by);
  void set_speed(double speed);

  void expire_sessions();
  void set_session_lifetime(Millis lifetime);
  void set_cookies(CookieMode mode);

  // Each tells whether the guid was known.
  bool rename_vm(std::string_view guid, std::string name);
  bool set_present(std::string_view guid, bool present);
  bool remove_vm(std::string_view guid);
  void wipe_tasks();
  // Every SUCCESS becomes SUCCESS_REMOVED, or the other way round; of one VM, or of all when the guid is
  // empty. Returns how many did.
  int mark_removed(bool removed, std::string_view vm_guid = {});

  // Closes the API's port and its connections; opens it again.
  void refuse_connections();
  void accept_connections();

  // The newest 10,000 requests, oldest first.
  std::vector<LoggedRequest> requests() const;
  Counts counts() const;
  std::map<std::string, std::uint64_t> requests_by_path() const;
  // JSON, as GET /truth of the control port.
  std::string truth() const;
  // The model itself, as it is now.
  Model model() const;
  // Back to the scenario's beginning: no faults, sessions or log, cookies as at first; the clock starts
  // again.
  void reset();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace simulator
