#include "sandbox/verdict.h"

namespace reckon::sandbox {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok: return "OK";
    case Verdict::wrong_answer: return "WA";
    case Verdict::runtime_error: return "RE";
    case Verdict::time_limit: return "TLE";
    case Verdict::memory_limit: return "MLE";
    case Verdict::output_limit: return "OLE";
    case Verdict::compile_error: return "CE";
    case Verdict::sandbox_failure: return "XX";
  }
  return "XX";
}

std::string_view to_string(Isolation isolation) {
  switch (isolation) {
    case Isolation::none: return "none";
    case Isolation::privileged: return "privileged";
    case Isolation::full: return "full";
  }
  return "none";
}

}  // namespace reckon::sandbox
