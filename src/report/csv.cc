// The report as CSV: RFC 4180, UTF-8, without a byte order mark.
#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/fields.h"
#include "report/writers.h"

namespace report {
namespace {

// Whether a spreadsheet may take it for a formula: by its first character that is not a blank. Controls,
// blanks and format characters of Unicode are doubtful, since some programs drop them; so are the wide and
// small forms of the signs, and the ' itself, so that what stands behind one that we put there is the text.
bool may_be_a_formula(std::string_view text) {
  static const std::vector<std::string_view> kDoubtful{
      "=",        "+",        "-",        "@",        "'",        "\x7F",    "\xC2",
      "\xE2\x80", "\xE2\x81", "\xE3\x80", "\xEF\xB9", "\xEF\xBB", "\xEF\xBC"};
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (text.empty()) return false;
  if (static_cast<unsigned char>(text.front()) < ' ') return true;
  return std::any_of(kDoubtful.begin(), kDoubtful.end(),
                     [&](std::string_view begin) { return text.starts_with(begin); });
}

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r' && c != '\n') || c == '\x7F';
}

// Also what other dialects than ours would cut the cell at.
bool needs_quotes(std::string_view text) {
  return text.find_first_of(",;\"\t\r\n") != std::string_view::npos || text.starts_with(' ') ||
         text.ends_with(' ');
}

void append_cell(std::string& out, std::string_view text) {
  const bool formula = may_be_a_formula(text);
  const bool quoted = formula || needs_quotes(text);
  if (quoted) out += formula ? "\"'" : "\"";
  for (const char c : text) {
    if (is_control(c)) {
      out += "\xEF\xBF\xBD";  // U+FFFD: a terminal would obey it
    } else {
      out.append(c == '"' ? 2 : 1, c);
    }
  }
  if (quoted) out += '"';
}

// A number is one, also a negative one.
void append_cell(std::string& out, const Value& value) {
  const bool number = std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
  const std::string text = to_text(value);
  if (number) {
    out += text;
  } else {
    append_cell(out, std::string_view(text));
  }
}

constexpr std::string_view kEnd = "\r\n";

// The columns of VMs that are shown; `sizes` are for drawing.
Places columns_of(const Table& vms) {
  Places columns = all_places(vms);
  std::erase_if(columns, [&](std::size_t column) { return vms.columns()[column]->name == "sizes"; });
  return columns;
}

struct Server {
  std::optional<base::TimePoint> read_at;
  std::string note;
};
using Servers = std::map<std::string, Server, std::less<>>;

std::string note_of(const SourcePart& vms) {
  if (!vms.last_success) return "its VMs are not known: they have not been read yet";
  const std::string last = base::to_rfc3339(*vms.last_success);
  if (vms.stale) return "its VMs are not known: they were last read at " + last;
  return vms.ok ? "" : "the server's VMs could not be read since " + last;
}

Servers servers_of(const Report& report) {
  Servers servers;
  for (const SourcePart& part : report.sources) {
    if (part.collector == name_of(domain::Resource::virtual_machines))
      servers[part.server] = {part.last_success, note_of(part)};
  }
  for (const std::string& name : report.unknown_servers)
    servers.try_emplace(name, Server{{}, "its VMs are not known"});
  return servers;
}

// Writes the rows. The columns are those of VMs, whatever the row is about.
class Csv {
 public:
  explicit Csv(base::Shared<Report> report)
      : report_(std::move(report)),
        columns_(columns_of(report_->vms)),
        server_column_(report_->vms.column("server").value_or(0)),
        servers_(servers_of(*report_)),
        vanished_(vanished_fields(), report_->vanished.value_or(std::vector<Vanished>())) {}

  const Report& report() const { return *report_; }

  void header(std::string& out) const {
    out += "row";
    for (const std::size_t column : columns_) (out += ',').append(report_->vms.columns()[column]->name);
    (out += ",data_as_of,note").append(kEnd);
  }

  void vm(std::string& out, std::size_t row) const {
    out += "vm";
    for (const std::size_t column : columns_) append_cell(out += ',', report_->vms.cell(row, column));
    const Server& server = server_named(to_text(report_->vms.cell(row, server_column_)));
    tail(out, server, server.note);
  }

  void vanished(std::string& out, std::size_t row) const {
    out += "vanished";
    for (const std::size_t column : columns_) {
      out += ',';
      if (const auto place = vanished_.column(report_->vms.columns()[column]->name))
        append_cell(out, vanished_.cell(row, *place));
    }
    const Vanished& gone = (*report_->vanished)[row];
    tail(out, server_named(gone.server), "no longer listed since " + base::to_rfc3339(gone.gone_since));
  }

  void unknown(std::string& out, const std::string& name) const {
    out += "unknown";
    for (const std::size_t column : columns_) {
      out += ',';
      if (column == server_column_) append_cell(out, std::string_view(base::to_valid_utf8(name)));
    }
    tail(out, server_named(name), server_named(name).note);
  }

 private:
  const Server& server_named(std::string_view name) const {
    static const Server kNone;
    const auto found = servers_.find(name);
    return found == servers_.end() ? kNone : found->second;
  }

  static void tail(std::string& out, const Server& server, std::string_view note) {
    if (server.read_at) {
      (out += ',') += base::to_rfc3339(*server.read_at);
    } else {
      out += ',';
    }
    append_cell(out += ',', note);
    out += kEnd;
  }

  const base::Shared<Report> report_;
  const Places columns_;
  const std::size_t server_column_;
  const Servers servers_;
  const Table vanished_;
};

}  // namespace

Pieces csv_of(const base::Shared<Report>& report) {
  const auto csv = std::make_shared<const Csv>(report);
  const Report& of = csv->report();
  std::string header;
  csv->header(header);
  return in_pieces(
      {part_of(std::move(header)),
       part_of_each(of.wanted.size(),
                    [csv](std::string& out, std::size_t i) { csv->vm(out, csv->report().wanted[i]); }),
       part_of_each(of.vanished ? of.vanished->size() : 0,
                    [csv](std::string& out, std::size_t i) { csv->vanished(out, i); }),
       part_of_each(of.unknown_servers.size(), [csv](std::string& out, std::size_t i) {
         csv->unknown(out, csv->report().unknown_servers[i]);
       })});
}

}  // namespace report
