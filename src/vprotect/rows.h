#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/id.h"

namespace vprotect {

// The rows of one list, each guid once: a later reading of a row replaces the earlier one, and takes it out
// when it is not wanted any more.
template <class Row>
class Rows {
 public:
  // Both tell whether the guid is a new one.
  bool add(Row row) {
    const auto [place, fresh] = places_.try_emplace(row.id.guid, kNone);
    if (place->second == kNone) {
      place->second = rows_.size();
      rows_.push_back(std::move(row));
    } else {
      rows_[place->second] = std::move(row);
    }
    return fresh;
  }

  bool add_unwanted(const domain::Guid& guid) {
    const auto [place, fresh] = places_.try_emplace(guid, kNone);
    if (const std::size_t hole = std::exchange(place->second, kNone); hole != kNone) take_out(hole);
    return fresh;
  }

  // Of wanted and unwanted rows.
  std::size_t distinct() const { return places_.size(); }
  void reserve(std::size_t count) {
    places_.reserve(count);
    rows_.reserve(count);
  }
  void clear() {
    places_.clear();
    rows_.clear();
  }
  std::vector<Row> take() { return std::move(rows_); }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void take_out(std::size_t hole) {
    if (hole + 1 < rows_.size()) {
      rows_[hole] = std::move(rows_.back());
      places_[rows_[hole].id.guid] = hole;
    }
    rows_.pop_back();
  }

  std::unordered_map<domain::Guid, std::size_t,
                     decltype([](const domain::Guid& guid) { return guid.hash(); })>
      places_;
  std::vector<Row> rows_;
};

}  // namespace vprotect
