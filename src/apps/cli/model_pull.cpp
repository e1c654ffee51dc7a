#include "apps/cli/model_pull.h"

#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "apps/cli/interrupt.h"
#include "apps/cli/number_format.h"
#include "apps/cli/terminal.h"
#include "base/clock.h"

namespace reckon::cli {
namespace {

using models::PullProgress;

// Draws progress; measures the speed over the bytes of this process, not those of an earlier attempt.
class PullPrinter {
 public:
  explicit PullPrinter(std::string name) : name_(std::move(name)), live_(is_terminal(stderr)) {}
  ~PullPrinter() { clear(); }

  void progress(const PullProgress& progress) {
    const double now = system_clock().milliseconds();
    if (!phase_ || *phase_ != progress.phase || progress.done < first_bytes_) {
      phase_ = progress.phase;
      started_ = now;
      first_bytes_ = progress.done;
      drawn_ = -1e18;
    }
    if (now - drawn_ < (live_ ? kRedrawEveryMs : kLineEveryMs)) return;
    drawn_ = now;
    const double seconds = (now - started_) / 1000.0;
    const double speed = seconds > 0.5 ? static_cast<double>(progress.done - first_bytes_) / seconds : 0.0;
    const std::string line = name_ + " " + pull_line(progress, speed);
    if (live_) fmt::print(stderr, "\r\x1b[2K{}", shorten(line, terminal_width(stderr) - 1));
    else fmt::print(stderr, "{}\n", line);
    std::fflush(stderr);
  }

  void notice(const std::string& text) {
    clear();
    fmt::print(stderr, "reckon: {}\n", one_line(text));
  }

 private:
  void clear() {
    if (live_) fmt::print(stderr, "\r\x1b[2K");
    drawn_ = -1e18;
  }

  std::string name_;
  bool live_;
  std::optional<PullProgress::Phase> phase_;
  double started_ = 0.0;
  double drawn_ = -1e18;
  std::int64_t first_bytes_ = 0;
};

models::PullOptions options_with(PullPrinter& printer) {
  install_interrupt();
  models::PullOptions options;
  options.on_progress = [&printer](const PullProgress& progress) { printer.progress(progress); };
  options.on_notice = [&printer](const std::string& text) { printer.notice(text); };
  options.cancelled = &interrupted();
  return options;
}

}  // namespace

std::string pull_line(const PullProgress& progress, double bytes_per_second) {
  constexpr std::size_t width = 20;
  const double share = progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0.0;
  const std::string bar(static_cast<std::size_t>(std::min(share, 1.0) * width), '#');
  std::string line = fmt::format("[{:.<{}}] {}, {} of {}", bar, width, format_percent(share), format_bytes(progress.done), format_bytes(progress.total));
  if (progress.phase == PullProgress::Phase::verifying) return line + ", checking";
  if (bytes_per_second > 0.0) {
    const double left = static_cast<double>(progress.total - progress.done) / bytes_per_second;
    line += fmt::format(", {}/s, {} left", format_bytes(static_cast<std::int64_t>(bytes_per_second)), format_duration(left * 1000.0));
  }
  if (!progress.source.empty()) line += ", from " + one_line(progress.source);
  return line;
}

Result<std::filesystem::path> pull_with_progress(models::ModelStore& store, const std::string& name) {
  PullPrinter printer(name);
  return store.pull(name, options_with(printer));
}

Status verify_with_progress(const models::ModelStore& store, const std::string& name) {
  PullPrinter printer(name);
  return store.verify(name, options_with(printer));
}

}  // namespace reckon::cli
