# Every library comes from the distribution (Debian 12 and 13); nothing is downloaded at build time.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# HTTP server, ours and the simulator's. Debian 12 ships no CMake package for it.
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)

# Client of the vendor's API: a total time-out and a body that can be stopped, which cpp-httplib's client lacks.
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)

# JSON: the vendor's answers are read with its SAX interface.
find_package(nlohmann_json REQUIRED)

# The exporter's own metrics, and the oracle that our text writer is tested against.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)

# Logging; it brings fmt, which g++ 12 needs in place of std::format.
find_package(spdlog REQUIRED)

# gzip of the exposition, and of clients' bodies.
find_package(ZLIB REQUIRED)

# Compresses the exposition in a quarter of zlib's time, which is most of what a snapshot costs. The distribution has it for
# amd64 and arm64; elsewhere zlib does it.
pkg_check_modules(ISAL IMPORTED_TARGET libisal)

# The configuration file: YAML, as everywhere around Prometheus, with line numbers for errors.
find_package(yaml-cpp REQUIRED)
if(NOT TARGET yaml-cpp::yaml-cpp)  # Debian 12's package names its target without a namespace
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# The ledger: one SQL code over SQLite and PostgreSQL, of which it brings the clients; libpqxx would need a second
# one for SQLite. Debian 12 ships neither a CMake package nor a .pc file for it; its headers include
# Boost's, and those of its backends their databases' own.
find_path(SOCI_INCLUDE_DIR soci/soci.h REQUIRED)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
add_library(SOCI::SOCI INTERFACE IMPORTED)
target_include_directories(SOCI::SOCI INTERFACE ${SOCI_INCLUDE_DIR})
foreach(part sqlite3 postgresql core)
  find_library(SOCI_${part}_LIBRARY soci_${part} REQUIRED)
  target_link_libraries(SOCI::SOCI INTERFACE ${SOCI_${part}_LIBRARY})
endforeach()
target_link_libraries(SOCI::SOCI INTERFACE PkgConfig::SQLITE PkgConfig::PQ)

# bcrypt, for the passwords of --web.config.file: libxcrypt, which every Debian has for its own logins.
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libcrypt)

# TLS: of our server, of libcurl, of cpp-httplib, and of the tests' certificates; the hashes of tokens.
find_package(OpenSSL REQUIRED)

# The patterns in matchers of alerts: the engine that Prometheus' and Alertmanager's own have their syntax from, in
# linear time, whatever a label holds.
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
