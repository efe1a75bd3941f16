#pragma once

#include <string>

#include "base/latest.h"
#include "report/pieces.h"
#include "report/report.h"

// A report as a document. Those in pieces keep the report; its view and snapshot outlive them.
namespace report {

// An object with "schema": kReportSchema. What is not known is null.
Pieces json_of(const base::Shared<Report>& report);

// RFC 4180: a row for each VM that was asked for, one for each that vanished, and one for each server whose
// VMs are not known. No cell of it is a formula to a spreadsheet.
Pieces csv_of(const base::Shared<Report>& report);

// For tickets and mail: kFewItems of each list. Names and the server's texts stay text.
std::string markdown_of(const Report& report);

}  // namespace report
