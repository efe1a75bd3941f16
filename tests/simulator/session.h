#pragma once

#include <map>
#include <string>

#include "http.h"
#include "model.h"

namespace simulator {

// How the server hands out cookies. No client may rely on any of it.
struct CookieMode {
  std::string name;  // empty: the profile's
  std::string path = "/";
  bool rotate = false;    // each answer brings a new value; using it ends the one before
  bool several = false;   // a second cookie must come back too
  bool deletion = false;  // a third one is set at login and deleted in the next answer
};

// Who is logged in. Not for several threads at once.
class Sessions {
 public:
  Sessions(std::string cookie, bool secure, Millis lifetime);

  // Sets the cookies of a new session; one that the request already has ends.
  void open(const Request& request, Response& response, TimePoint now);
  // True when the request's session is valid, which prolongs it.
  bool admits(const Request& request, TimePoint now);
  // What later answers do with cookies.
  void renew(const Request& request, Response& response, TimePoint now);
  void close(const Request& request, Response& response);
  void expire_all() { open_.clear(); }
  void restart(Millis lifetime);
  void expire(const Request& request);

  void set_lifetime(Millis lifetime) { lifetime_ = lifetime; }  // idle; 0: for ever
  void set_mode(CookieMode mode) { mode_ = std::move(mode); }
  std::size_t count(TimePoint now) const;
  // How often a client sent a cookie that it had been told to delete.
  int deleted_cookies_sent() const { return deleted_sent_; }

 private:
  struct Session {
    TimePoint used{};
    std::string before;  // the value that this one replaces, until it is used
    bool told_to_delete = false;
  };

  std::string name() const { return mode_.name.empty() ? cookie_ : mode_.name; }
  std::string id_in(const Request& request) const;
  std::string new_id();
  void set_cookie(Response& response, const std::string& name, const std::string& value) const;
  void delete_cookie(Response& response, const std::string& name) const;

  const std::string cookie_;
  const bool secure_;
  Millis lifetime_;
  CookieMode mode_;
  std::map<std::string, Session> open_;
  std::uint64_t made_ = 0;
  int deleted_sent_ = 0;
};

}  // namespace simulator
