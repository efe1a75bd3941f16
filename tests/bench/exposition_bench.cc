// What an exposition costs, step by step: exposition_bench [VMs [step]]
//
// Prints CPU time per step. With a step's name only the snapshot is made and that step is run, once, for
//   valgrind --tool=callgrind --toggle-collect='exposition::Page::write*' exposition_bench 1000 write

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/snapshot.h"
#include "exposition/page.h"
#include "exposition/publisher.h"
#include "exposition/self_metrics.h"
#include "made_up_snapshot.h"

namespace {

using exposition::Format;
using exposition::Page;

double cpu_milliseconds(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) * 1000 / CLOCKS_PER_SEC;
}

struct Text {
  std::size_t bytes = 0;
  std::size_t series = 0;
};

Text measured(const Page& page) {
  Text text;
  char previous = '\n';
  page.write(Format::text, {}, [&](std::string_view piece) {
    for (const char c : piece) {
      if (previous == '\n' && c != '#') ++text.series;
      previous = c;
    }
    text.bytes += piece.size();
    return true;
  });
  return text;
}

bool to_nowhere(std::string_view /*piece*/) { return true; }

void print(const char* step, double milliseconds, std::size_t series) {
  std::printf("%-28s %9.1f ms %8.1f ns/series\n", step, milliseconds,
              milliseconds * 1e6 / static_cast<double>(series));
}

void run_all(const base::Shared<domain::Snapshot>& all) {
  std::unique_ptr<Page> page;
  const double labels = cpu_milliseconds([&] { page = std::make_unique<Page>(all, nullptr); });
  const Text text = measured(*page);
  std::printf("%zu series, %zu bytes of text\n", text.series, text.bytes);
  print("labels", labels, text.series);
  const Page again(all, page.get());
  print("labels, same list of VMs", cpu_milliseconds([&] { const Page p(all, page.get()); }), text.series);
  print("series of each family", cpu_milliseconds([&] { static_cast<void>(again.counts()); }), text.series);
  print("count", cpu_milliseconds([&] { static_cast<void>(again.length(Format::text)); }), text.series);
  print("write to nowhere", cpu_milliseconds([&] { page->write(Format::text, {}, to_nowhere); }),
        text.series);
  print("OpenMetrics to nowhere", cpu_milliseconds([&] { page->write(Format::openmetrics, {}, to_nowhere); }),
        text.series);
  print("one tenant to nowhere",
        cpu_milliseconds([&] { page->write(Format::text, {.scope = {{{"tenant-7"}}}}, to_nowhere); }),
        text.series);
  print("write and compress", cpu_milliseconds([&] { static_cast<void>(page->deflated(Format::text)); }),
        text.series);
  const std::size_t packed = page->deflated(Format::text).length;
  std::printf("%zu bytes of gzip, ratio %.2f\n", packed,
              static_cast<double>(text.bytes) / static_cast<double>(packed));
}

// A scrape through the publisher, the exporter's own metrics included, with the page made already.
void run_scrapes(const base::Shared<domain::Snapshot>& all) {
  exposition::SelfMetrics self("bench");
  exposition::Publisher publisher(self);
  publisher.publish(all);
  for (const exposition::Encoding encoding : {exposition::Encoding::identity, exposition::Encoding::gzip}) {
    static_cast<void>(publisher.body(Format::text, encoding));
    std::size_t length = 0;
    const double milliseconds = cpu_milliseconds([&] {
      const auto body = publisher.body(Format::text, encoding);
      body->write(to_nowhere);
      length = body->length;
    });
    std::printf("%-28s %9.1f ms %zu bytes\n",
                encoding == exposition::Encoding::gzip ? "ready scrape, gzip" : "ready scrape, plain",
                milliseconds, length);
  }
}

void run_step(std::string_view step, const base::Shared<domain::Snapshot>& all) {
  const Page page(all, nullptr);
  if (step == "write") page.write(Format::text, {}, to_nowhere);
  if (step == "compress") static_cast<void>(page.deflated(Format::text));
  if (step == "series") std::printf("%zu\n", measured(page).series);
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> options(arguments + 1, arguments + count);
  const auto all =
      bench::snapshot(options.empty() ? 100'000 : std::strtoull(options[0].c_str(), nullptr, 10));
  if (options.size() > 1) {
    run_step(options[1], all);
    return 0;
  }
  run_all(all);
  run_scrapes(all);
  return 0;
}
