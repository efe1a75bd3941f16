#include "web/cardinality_page.h"

#include <gtest/gtest.h>

#include <string>

namespace web {
namespace {

using exposition::Census;
using exposition::Switch;
using exposition::Type;

const Census kCensus{.families = {{.name = "vprotect_up", .series = 2, .state = Switch::fixed},
                                  {.name = "vprotect_vm_info",
                                   .type = Type::info,
                                   .series = 100,
                                   .dropped = 23,
                                   .budget = 100,
                                   .state = Switch::on},
                                  {.name = "vprotect_vm_warnings", .budget = 50, .state = Switch::off},
                                  {.name = "vprotect_tasks", .series = 2, .budget = 50}},
                     .bytes = 4711};

std::string body_of(const std::string& page) { return page.substr(page.find("<body>")); }

TEST(CardinalityPage, ListsTheLargestFamiliesFirstBelowTheirSum) {
  EXPECT_EQ(body_of(cardinality_page(kCensus, "n")), R"(<body><h1>Cardinality</h1>
<p>Series of one scrape of everything, which is 4711 bytes of text. Budgets and switches are <code>metrics</code> in the configuration.</p>
<nav><a href="../">Overview</a><a href="../metrics">Metrics</a></nav>
<section><table><thead><tr><th>Family<th>Type<th class="number">Series<th class="number">Budget<th class="number">Dropped<th>Switched</tr></thead><tbody>
<tr><th>All families<td></td><td class="number">104</td><td></td><td class="number bad">23</td><td></td></tr>
<tr><td>vprotect_vm_info</td><td>info</td><td class="number">100</td><td class="number">100</td><td class="number bad">23</td><td>on</td></tr>
<tr><td>vprotect_tasks</td><td>gauge</td><td class="number">2</td><td class="number">50</td><td class="number">0</td><td>on</td></tr>
<tr><td>vprotect_up</td><td>gauge</td><td class="number">2</td><td class="number">none</td><td class="number">0</td><td>always on</td></tr>
<tr><td>vprotect_vm_warnings</td><td>gauge</td><td class="number">0</td><td class="number">50</td><td class="number">0</td><td>off</td></tr>
</tbody></table></section>
</body></html>
)");
}

TEST(CardinalityPage, EscapesNames) {
  const std::string page = cardinality_page({.families = {{.name = "<script>'&\""}}}, "n");

  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("<td>&lt;script&gt;&#39;&amp;&quot;</td>"), std::string::npos);
}

}  // namespace
}  // namespace web
