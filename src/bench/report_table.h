// Tables of the reports, to be written as Markdown or HTML. Plain text, not escaped.
#pragma once

#include <string>
#include <vector>

namespace reckon {

struct ReportTable {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // as long as the columns
};

}  // namespace reckon
