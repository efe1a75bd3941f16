#include "exposition/publisher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "exposition/budget_watch.h"
#include "exposition/deflater.h"
#include "exposition/demand.h"
#include "exposition/metric_family_writer.h"
#include "exposition/page.h"
#include "exposition/piece_writer.h"
#include "exposition/self_metrics.h"

namespace exposition {
namespace {

bool is_shown(const prometheus::MetricFamily& family, const std::vector<std::string>& names) {
  return names.empty() || std::any_of(names.begin(), names.end(),
                                      [&](const std::string& name) { return is_named(name, family); });
}

void write_own(PieceWriter& out, const SelfMetrics& self, Format format,
               const std::vector<std::string>& names) {
  for (const prometheus::MetricFamily& family : self.collect()) {
    if (is_shown(family, names)) write_metric_family(out, format, family);
  }
}

void count_own(const SelfMetrics& self, std::vector<FamilyCount>& counts) {
  const auto collected = self.collect();
  for (const Description& about : self_descriptions()) {
    const auto now = std::find_if(collected.begin(), collected.end(),
                                  [&](const auto& family) { return family.name == about.name; });
    counts.push_back({.name = std::string(about.name),
                      .type = about.type,
                      .series = now == collected.end() ? 0 : series_of(*now),
                      .dropped = 0,
                      .budget = std::nullopt,
                      .state = Switch::fixed});
  }
}

// What follows the snapshot's part: the exporter's own metrics at this moment, and the format's end.
std::string tail_of(const SelfMetrics& self, Format format, const Filter& filter) {
  std::string tail;
  const Sink sink = [&](std::string_view piece) {
    tail += piece;
    return true;
  };
  PieceWriter out(sink);
  if (filter.scope.is_everything() && filter.cut.shows(Collector::exporter))
    write_own(out, self, format, filter.names);
  if (format == Format::openmetrics) out.append("# EOF\n");
  out.finish();
  return tail;
}

bool send(std::string_view text, const Sink& sink) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), PieceWriter::kPiece))) {
    if (!sink(text.substr(0, PieceWriter::kPiece))) return false;
  }
  return true;
}

bool send(const Deflated& deflated, const Sink& sink) {
  return std::all_of(deflated.blocks.begin(), deflated.blocks.end(),
                     [&](const std::string& block) { return send(block, sink); });
}

// Whether what a body is made from stays with the page, for others who ask for the same.
enum class Keep : std::uint8_t { with_page, for_this_answer };

Body plain_body(const base::Shared<Page>& page, Format format, const Filter& filter, Keep keep,
                std::string tail) {
  const auto count = [&] {
    return length_of([&](const Sink& sink) { return page->write(format, filter, sink); });
  };
  const std::size_t length = keep == Keep::with_page ? page->length(format, filter.cut) : count();
  return {.length = length + tail.size(),
          .write = [page, format, filter, tail = std::move(tail)](const Sink& sink) {
            return page->write(format, filter, sink) && send(tail, sink);
          }};
}

base::Shared<Deflated> deflated_part(const base::Shared<Page>& page, Format format, const Filter& filter,
                                     Keep keep) {
  if (keep == Keep::with_page) return {page, &page->deflated(format, filter.cut)};  // it keeps its page
  return std::make_shared<const Deflated>(page->deflate(format, filter));
}

// One gzip member, which every client reads to its end: the snapshot's part is compressed once and left
// open, the tail closes it.
Body gzip_body(const base::Shared<Page>& page, Format format, const Filter& filter, Keep keep,
               std::string_view tail) {
  auto part = deflated_part(page, format, filter, keep);
  Deflater deflater;
  deflater.write(tail);
  Deflated last = deflater.finish(Deflater::End::whole);
  const std::string header = gzip_header();
  const std::string trailer = gzip_trailer(*part, last);
  return {.length = header.size() + part->length + last.length + trailer.size(),
          .write = [part = std::move(part), last = std::move(last), header, trailer](const Sink& sink) {
            return send(header, sink) && send(*part, sink) && send(last, sink) && send(trailer, sink);
          }};
}

}  // namespace

class Publisher::Impl {
 public:
  Impl(SelfMetrics& self, Options options) : self_(self), watch_(self) { configure(std::move(options)); }

  void configure(Options options) { options_.publish(std::make_shared<const Options>(std::move(options))); }

  void publish(base::Shared<domain::Snapshot> snapshot) {
    const base::Shared<Page> previous = latest_.get();
    const auto page = std::make_shared<const Page>(std::move(snapshot), previous.get(), *options_.get());
    const auto wanted = demand_.wanted();
    // What is compressed first: the length of the same text comes with it.
    std::for_each(wanted.rbegin(), wanted.rend(), [&](const BodyKind& kind) { prepare(*page, kind); });
    watch_.note(page->counts());
    demand_.published();
    latest_.publish(page);
  }

  std::optional<Body> body(Format format, Encoding encoding, const Filter& filter) {
    const base::Shared<Page> page = latest_.get();
    if (!page) return std::nullopt;
    const Keep keep = keep_of({.format = format, .encoding = encoding, .cut = filter.cut}, filter);
    std::string tail = tail_of(self_, format, filter);
    if (encoding == Encoding::gzip) return gzip_body(page, format, filter, keep, tail);
    return plain_body(page, format, filter, keep, std::move(tail));
  }

  std::vector<std::string> servers() const {
    const base::Shared<Page> page = latest_.get();
    return page ? page->servers() : std::vector<std::string>();
  }

  std::optional<Census> census() const {
    const base::Shared<Page> page = latest_.get();
    if (!page) return std::nullopt;
    Census census{.families = page->counts(),
                  .bytes = page->length(Format::text) + tail_of(self_, Format::text, {}).size()};
    count_own(self_, census.families);
    return census;
  }

 private:
  static void prepare(const Page& page, const BodyKind& kind) {
    if (kind.encoding == Encoding::gzip) page.deflated(kind.format, kind.cut);
    if (kind.encoding == Encoding::identity) page.length(kind.format, kind.cut);
  }

  Keep keep_of(const BodyKind& kind, const Filter& filter) {
    return filter.is_cut_alone() && demand_.asked(kind) ? Keep::with_page : Keep::for_this_answer;
  }

  const SelfMetrics& self_;
  base::Latest<Options> options_;
  BudgetWatch watch_;  // of the thread that publishes
  base::Latest<Page> latest_;
  Demand demand_;
};

Publisher::Publisher(SelfMetrics& self, Options options)
    : impl_(std::make_unique<Impl>(self, std::move(options))) {}
Publisher::~Publisher() = default;

void Publisher::publish(base::Shared<domain::Snapshot> snapshot) { impl_->publish(std::move(snapshot)); }

void Publisher::configure(Options options) { impl_->configure(std::move(options)); }

std::vector<std::string> Publisher::servers() const { return impl_->servers(); }

std::optional<Census> Publisher::census() const { return impl_->census(); }

std::optional<Body> Publisher::body(Format format, Encoding encoding, const Filter& filter) const {
  return impl_->body(format, encoding, filter);
}

}  // namespace exposition
