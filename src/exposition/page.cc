#include "exposition/page.h"

#include <algorithm>
#include <utility>

#include "exposition/catalogue.h"
#include "exposition/family_writer.h"
#include "exposition/piece_writer.h"
#include "exposition/view.h"

namespace exposition {
namespace {

bool passes(const Family& family, const Filter& filter) {
  if (!filter.scope.is_everything() && family.scope == Scope::site) return false;
  if (!filter.cut.shows(family.collector)) return false;
  return filter.names.empty() ||
         std::any_of(filter.names.begin(), filter.names.end(), [&](const std::string& name) {
           return is_named(name, family.about.name, family.about.type);
         });
}

Switch switch_of(const Family& family, const Options& options) {
  if (kind_of(family) == Kind::health) return Switch::fixed;
  return options.disabled.contains(family.about.name) ? Switch::off : Switch::on;
}

std::optional<std::size_t> budget_of(const Family& family, const Options& options) {
  if (kind_of(family) == Kind::health) return std::nullopt;
  return options.budget_of(family.about.name);
}

std::shared_ptr<const ServerText> text_of(const domain::ServerState& server,
                                          const std::vector<std::shared_ptr<const ServerText>>& known) {
  const auto same = std::find_if(known.begin(), known.end(),
                                 [&](const auto& text) { return text->is_of(server.name, server.vms); });
  return same == known.end() ? std::make_shared<const ServerText>(server.name, server.vms) : *same;
}

}  // namespace

Page::Page(base::Shared<domain::Snapshot> snapshot, const Page* previous, Options options)
    : snapshot_(std::move(snapshot)), options_(std::move(options)) {
  const std::vector<std::shared_ptr<const ServerText>> none;
  for (const domain::ServerState& server : snapshot_->servers) {
    texts_.push_back(text_of(server, previous ? previous->texts_ : none));
  }
}

bool Page::write(Format format, const Filter& filter, const Sink& sink) const {
  std::vector<FamilyCount> counts;
  return write(format, filter, sink, counts);
}

bool Page::write(Format format, const Filter& filter, const Sink& sink,
                 std::vector<FamilyCount>& counts) const {
  const View view(*snapshot_, texts_, filter);
  PieceWriter out(sink);
  for (const Family& family : catalogue()) {
    if (!passes(family, filter)) continue;
    FamilyCount& count = counts.emplace_back(nothing_of(family));
    if (count.state == Switch::off) continue;
    FamilyWriter writer(family.about, format, out, count.budget.value_or(FamilyWriter::kNoBudget));
    family.samples(view, writer);
    if (out.ended()) return false;
    count.series = writer.samples();
  }
  return out.finish();
}

Deflated Page::deflate(Format format, const Filter& filter) const {
  std::vector<FamilyCount> counts;
  return deflate(format, filter, counts);
}

Deflated Page::deflate(Format format, const Filter& filter, std::vector<FamilyCount>& counts) const {
  Deflater deflater;
  const Sink sink = [&](std::string_view piece) {
    deflater.write(piece);
    return true;
  };
  write(format, filter, sink, counts);
  return deflater.finish(Deflater::End::more_follows);
}

Page::Kept& Page::kept(Format format, const Cut& cut) const {
  const std::lock_guard lock(mutex_);
  return kept_[{format, cut}];  // whose address stays
}

std::size_t Page::length(Format format, const Cut& cut) const {
  Kept& kept = this->kept(format, cut);
  std::call_once(kept.counted, [&] {
    std::vector<FamilyCount> counts;
    kept.length = length_of([&](const Sink& sink) { return write(format, {.cut = cut}, sink, counts); });
    keep_counts(cut, std::move(counts));
  });
  return kept.length;
}

const Deflated& Page::deflated(Format format, const Cut& cut) const {
  Kept& kept = this->kept(format, cut);
  std::call_once(kept.compressed, [&] {
    std::vector<FamilyCount> counts;
    kept.deflated = deflate(format, {.cut = cut}, counts);
    keep_counts(cut, std::move(counts));
  });
  std::call_once(kept.counted, [&] { kept.length = kept.deflated.text_length; });
  return kept.deflated;
}

std::vector<std::string> Page::servers() const {
  std::vector<std::string> names;
  for (const domain::ServerState& server : snapshot_->servers) names.push_back(server.name);
  return names;
}

FamilyCount Page::nothing_of(const Family& family) const {
  return {.name = std::string(family.about.name),
          .type = family.about.type,
          .series = 0,
          .dropped = 0,
          .budget = budget_of(family, options_),
          .state = switch_of(family, options_)};
}

FamilyCount Page::count(const Family& family, const View& view) const {
  FamilyCount count = nothing_of(family);
  if (count.state == Switch::off) return count;
  FamilyWriter counter(family.about);
  family.samples(view, counter);
  count.series = std::min(counter.samples(), count.budget.value_or(counter.samples()));
  count.dropped = counter.samples() - count.series;
  return count;
}

// Of a text that has everything. What exceeds its budget was not counted to its end.
void Page::keep_counts(const Cut& cut, std::vector<FamilyCount> counts) const {
  if (cut != Cut()) return;
  const auto reached = [](const FamilyCount& count) { return count.series == count.budget; };
  if (std::none_of(counts.begin(), counts.end(), reached))
    std::call_once(counted_, [&] { counts_ = std::move(counts); });
}

const std::vector<FamilyCount>& Page::counts() const {
  std::call_once(counted_, [&] {
    const Filter everything;
    const View view(*snapshot_, texts_, everything);
    std::vector<FamilyCount> counts;
    for (const Family& family : catalogue()) counts.push_back(count(family, view));
    counts_ = std::move(counts);
  });
  return counts_;
}

}  // namespace exposition
