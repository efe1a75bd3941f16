#include "exposition/family_writer.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "support/exposition_parser.h"
#include "support/manual_clock.h"

namespace {

using namespace std::chrono_literals;
using exposition::Description;
using exposition::FamilyWriter;
using exposition::Format;
using exposition::LabelText;
using exposition::Type;
using support::kNoon;

const Description kFinished{
    "tasks_finished_total", "Tasks that \"ended\".", Type::counter, {"server", "state"}};
const Description kFailures{"failures_total", "Failures.", Type::counter, {"server"}};
const LabelText kServer{"server=\"prod\"", 1};

using Samples = std::function<void(FamilyWriter& out)>;

std::string text_of(const Description& family, Format format, const Samples& samples,
                    std::size_t budget = FamilyWriter::kNoBudget) {
  std::string text;
  const exposition::Sink sink = [&](std::string_view piece) {
    text += piece;
    return true;
  };
  exposition::PieceWriter out(sink);
  FamilyWriter writer(family, format, out, budget);
  samples(writer);
  out.finish();
  return text;
}

void two_states(FamilyWriter& out) {
  out.sample(kServer, {"DONE"}, 3, kNoon - 500ms);
  out.sample(kServer, {"FAILED"}, 1, kNoon);
}

TEST(FamilyWriter, ACounterOfTheTextFormatIsNamedAsItsSamples) {
  EXPECT_EQ(text_of(kFinished, Format::text, two_states),
            R"(# HELP tasks_finished_total Tasks that "ended".
# TYPE tasks_finished_total counter
tasks_finished_total{server="prod",state="DONE"} 3
tasks_finished_total{server="prod",state="FAILED"} 1
)");
}

TEST(FamilyWriter, ACounterOfOpenMetricsTellsSinceWhenItCounts) {
  const std::string text = text_of(kFinished, Format::openmetrics, two_states);

  EXPECT_EQ(text, R"(# TYPE tasks_finished counter
# HELP tasks_finished Tasks that \"ended\".
tasks_finished_total{server="prod",state="DONE"} 3
tasks_finished_created{server="prod",state="DONE"} 1767268799.5
tasks_finished_total{server="prod",state="FAILED"} 1
tasks_finished_created{server="prod",state="FAILED"} 1767268800
)");
  EXPECT_NO_THROW(support::ExpositionParser::parse(text + "# EOF\n", support::Dialect::openmetrics));
}

TEST(FamilyWriter, ACounterWhoseBeginningIsUnknownDoesNotTellIt) {
  EXPECT_EQ(text_of(kFailures, Format::openmetrics, [](FamilyWriter& out) { out.sample(kServer, {}, 2); }),
            "# TYPE failures counter\n# HELP failures Failures.\nfailures_total{server=\"prod\"} 2\n");
}

TEST(FamilyWriter, ASampleThatIsWrittenOnceHasOneBeginning) {
  const auto twice = [](FamilyWriter& out) {
    out.sample_once(kServer, {}, 2, kNoon);
    out.sample_once(kServer, {}, 5, kNoon + 1h);
  };

  EXPECT_EQ(text_of(kFailures, Format::openmetrics, twice),
            "# TYPE failures counter\n# HELP failures Failures.\nfailures_total{server=\"prod\"} 2\n"
            "failures_created{server=\"prod\"} 1767268800\n");
}

TEST(FamilyWriter, AnAbsentValueHasNoBeginningEither) {
  EXPECT_EQ(text_of(kFailures, Format::openmetrics,
                    [](FamilyWriter& out) { out.sample(kServer, {}, std::nullopt, kNoon); }),
            "");
}

TEST(FamilyWriter, DropsWhatIsBeyondTheBudget) {
  EXPECT_EQ(text_of(kFinished, Format::openmetrics, two_states, 1), R"(# TYPE tasks_finished counter
# HELP tasks_finished Tasks that \"ended\".
tasks_finished_total{server="prod",state="DONE"} 3
tasks_finished_created{server="prod",state="DONE"} 1767268799.5
)");
}

TEST(FamilyWriter, TheBudgetIsSpentOnWhatIsWrittenAlone) {
  const auto samples = [](FamilyWriter& out) {
    out.sample_once(kServer, {"A"}, std::nullopt);
    out.sample_once(kServer, {"B"}, 1);
    out.sample_once(kServer, {"B"}, 1);
    EXPECT_FALSE(out.ended());
    out.sample_once(kServer, {"C"}, 1);
    EXPECT_TRUE(out.ended());
    out.sample_once(kServer, {"D"}, 1);
    EXPECT_EQ(out.samples(), 2U);
  };

  const std::string text = text_of(kFinished, Format::text, samples, 2);

  EXPECT_NE(text.find("state=\"B\"} 1\ntasks_finished_total{server=\"prod\",state=\"C\"} 1\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("state=\"D\""), std::string::npos) << text;
}

TEST(FamilyWriter, CountsWhatItWouldWrite) {
  FamilyWriter counter(kFinished);

  two_states(counter);
  counter.sample(kServer, {"ABSENT"}, std::nullopt);
  counter.sample_once(kServer, {"TWICE"}, 1, kNoon);
  counter.sample_once(kServer, {"TWICE"}, 1, kNoon);

  EXPECT_EQ(counter.samples(), 3U);
}

}  // namespace
