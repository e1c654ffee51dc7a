// The one place where errors become exit codes and lines on stderr.
//
//   0   success                        6   model_failure
//   2   invalid_argument (and usage)   7   io
//   3   not_found                      8   budget_exhausted
//   4   unsupported                   70   internal
//   5   out_of_memory                130   cancelled (Ctrl-C), 143 after SIGTERM
#pragma once

#include <string_view>

#include "base/status.h"

namespace reckon::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kUsage = 2;
inline constexpr int kCancelled = 130;

int exit_code(ErrorKind kind);

// Prints "reckon: error: ..." as one line on stderr and returns the exit code.
int report_error(const Status& status);

// "reckon: warning: ..." as one line on stderr.
void report_warning(std::string_view text);

}  // namespace reckon::cli
