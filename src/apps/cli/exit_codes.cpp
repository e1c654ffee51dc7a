#include "apps/cli/exit_codes.h"

#include <fmt/core.h>

#include "apps/cli/terminal.h"
#include "base/text.h"

namespace reckon::cli {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_argument: return kUsage;
    case ErrorKind::not_found: return 3;
    case ErrorKind::unsupported: return 4;
    case ErrorKind::out_of_memory: return 5;
    case ErrorKind::model_failure: return 6;
    case ErrorKind::io: return 7;
    case ErrorKind::budget_exhausted: return 8;
    case ErrorKind::cancelled: return kCancelled;
    case ErrorKind::internal: return 70;
  }
  return 70;
}

int report_error(const Status& status) {
  fmt::print(stderr, "reckon: {} {}\n", Style(stderr).red("error:"), one_line(status.to_string()));
  return exit_code(status.kind());
}

void report_warning(std::string_view text) {
  fmt::print(stderr, "reckon: {} {}\n", Style(stderr).yellow("warning:"), one_line(text));
}

}  // namespace reckon::cli
