#include "apps/cli/bench_progress.h"

#include <cmath>

#include <fmt/format.h>

#include "apps/cli/number_format.h"

namespace reckon::cli {
namespace {

constexpr std::size_t kLineEveryCells = 10;
constexpr std::size_t kBarWidth = 20;

}  // namespace

std::string progress_line(const BenchProgress& progress) {
  const double share = progress.total == 0 ? 1.0 : static_cast<double>(progress.done) / static_cast<double>(progress.total);
  const auto filled = static_cast<std::size_t>(share * kBarWidth);
  std::string line = fmt::format("[{:.<{}}] {}/{}", std::string(filled, '#'), kBarWidth, progress.done, progress.total);
  line += ", " + format_duration(progress.elapsed_ms);
  if (progress.done < progress.total && progress.remaining_ms) line += ", about " + format_duration(*progress.remaining_ms) + " left";
  const char* separator = "; ";
  for (const auto& configuration : progress.configurations) {
    if (configuration.done == 0) continue;
    line += fmt::format("{}{} {}", separator, configuration.name, format_percent(configuration.accuracy()));
    separator = ", ";
  }
  if (progress.errors > 0) line += ", " + counted(static_cast<std::int64_t>(progress.errors), "error");
  return line;
}

BenchProgressPrinter::BenchProgressPrinter(std::FILE* out, ProgressDetail detail) : out_(out), live_(is_terminal(out)), detail_(detail) {}

bool BenchProgressPrinter::due(const BenchProgress& progress) const {
  if (!started_ || progress.done == progress.total) return true;
  const double waited = progress.elapsed_ms - last_ms_;
  if (live_) return waited >= kRedrawEveryMs;
  return waited >= kLineEveryMs || progress.done >= last_done_ + kLineEveryCells;
}

void BenchProgressPrinter::update(const BenchProgress& progress) {
  if (detail_ == ProgressDetail::none || !due(progress)) return;
  const std::string line = one_line(progress_line(progress));
  if (live_) {
    fmt::print(out_, "\r\x1b[2K{}", shorten(line, terminal_width(out_) - 1));
    std::fflush(out_);
    drawn_ = true;
  } else {
    fmt::print(out_, "{}\n", line);
  }
  started_ = true;
  last_ms_ = progress.elapsed_ms;
  last_done_ = progress.done;
}

void BenchProgressPrinter::finish() {
  if (drawn_) fmt::print(out_, "\n");
  drawn_ = false;
}

}  // namespace reckon::cli
