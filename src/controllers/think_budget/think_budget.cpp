// think_budget: budget forcing (Muennighoff et al., s1, 2501.19393, section 3), exact to the token.
//
// It owns the trace's thinking section. The cap ends the thinking by forcing the family's closing text;
// the floor takes the model's attempt to end it back, `wait` times, and injects a continuation ("Wait")
// instead, or masks every end until `minimum` tokens. One cap holds for the whole turn, injected text
// included, unlike in the reference code, where every round gets the cap anew. A character that the
// last tokens begin is only begun when it fits; `soft` lets the thinking end a little early, at the end
// of a line or sentence, or where the end marker is among the likeliest tokens. Part of the trace's
// max_tokens is kept back for the answer. Where a minimum comes within three tokens of the cap, whole
// characters win over the minimum.
//
// Order of authority inside: the user's "answer now", the cap, an end that is not allowed yet, soft ends.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "search/registry.h"

namespace reckon {
namespace {

enum class Soft { none, boundary, rank };

struct ThinkBudgetSettings {
  std::shared_ptr<const ThinkSection> section;
  const Vocabulary* vocabulary = nullptr;
  const std::atomic<bool>* answer_now = nullptr;
  std::int64_t cap = 0;      // most thinking tokens
  std::int64_t minimum = 0;  // least
  std::int64_t wait = 0;
  std::vector<Tokens> continuations;  // used in turn; empty: nothing is injected
  Tokens forced_close;
  Soft soft = Soft::none;
  std::int64_t soft_from = 0;  // thinking tokens from which a soft end is looked for
  int rank = 3;
};

// Bytes that the last character of a stream still lacks.
int open_bytes_after(int open, std::string_view piece) {
  for (const char c : piece) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) open = std::max(0, open - 1);
    else open = byte >= 0xF0U ? 3 : byte >= 0xE0U ? 2 : byte >= 0xC0U ? 1 : 0;
  }
  return open;
}

class ThinkBudget final : public Controller {
 public:
  ThinkBudget(std::shared_ptr<const ThinkBudgetSettings> settings, bool off) : settings_(std::move(settings)) {
    if (off) answer_begins(0, 0, "off");
  }
  static Result<std::unique_ptr<Controller>> create(const Options& options, const ControllerEnvironment& environment);

  std::unique_ptr<Controller> clone() const override { return std::make_unique<ThinkBudget>(*this); }
  std::string_view name() const override { return "think_budget"; }
  std::optional<Section> section() const override { return thinking_ ? Section::thinking : Section::answer; }
  std::optional<ThinkReport> think_report() const override { return report_; }
  int held() const override { return thinking_ ? markers().ends.depth(ends_at_) : 0; }

  void before_token(const BranchView&, LogitEdits& edits) override {
    if (!thinking_) {
      // A model that is cut short likes to go on thinking.
      if (forced_shut_ && position_ == report_.answer_begins) std::ranges::copy(markers().opens.completing(0), std::back_inserter(edits.masked));
      return;
    }
    // A marker that has begun will not have counted as thinking.
    if (no_end_now_ || report_.tokens - markers().ends.depth(ends_at_) < settings_->minimum) {
      std::ranges::copy(markers().turn_ends, std::back_inserter(edits.masked));
      std::ranges::copy(markers().ends.completing(ends_at_), std::back_inserter(edits.masked));
    } else if (settings_->soft == Soft::rank && report_.tokens >= settings_->soft_from) {
      const auto next = static_cast<std::size_t>(markers().end_progress.depth(progress_));
      if (next < markers().end_marker.size()) edits.preferred = {markers().end_marker[next], settings_->rank};
    }
    no_end_now_ = false;
  }

  Verdict on_token(const BranchView& branch, TokenId token) override {
    pending_ = Pending::none;
    if (!thinking_) return Verdict::accept();
    const bool turn_ends = branch.vocabulary.is_end_of_generation(token);
    const int next = markers().ends.advance(ends_at_, token);
    const int marker = markers().ends.matched(next);
    if (turn_ends || marker > 0) return at_end(turn_ends, marker);
    if (answer_wanted()) return shut("user");
    // What the cap leaves after this token, which may have begun a marker or a character.
    const std::int64_t left = settings_->cap - (report_.tokens + 1);
    if (left < 0) return take_back(shut("budget"), 0);
    if (open_bytes_after(open_bytes_, branch.vocabulary.piece(token)) > left) return take_back(shut("budget"), 0);
    if (left == 0) {
      const int begun = markers().ends.depth(next);
      return begun > 0 && !markers().opens.empty() ? take_back(shut("budget"), begun - 1) : shut("budget");
    }
    if (settings_->soft == Soft::boundary && report_.tokens + 1 >= settings_->soft_from) {
      const std::string_view piece = branch.vocabulary.piece(token);
      if (piece.find('\n') != std::string_view::npos && open_bytes_after(0, piece) == 0) return shut("budget");
      if (sentence_ended_ && piece.starts_with(' ') && report_.tokens >= settings_->soft_from) return take_back(shut("budget"), 0);
    }
    return Verdict::accept();
  }

  std::optional<Verdict> close_thinking(const Verdict& wish) override {
    const bool goes_on = report_.tokens - wish.retract < settings_->minimum || report_.waits < settings_->wait;
    if (!thinking_ || (wish.yields && goes_on)) return std::nullopt;
    return shut(wish.reason);
  }

  void carried_out() override {
    if (pending_ == Pending::wait) {
      ++report_.waits;
      no_end_now_ = true;
    } else if (pending_ == Pending::shut) {
      report_.close_reason = shut_reason_;
      marker_left_ = marker_size_;
      forced_shut_ = shut_reason_ != "eos";
    }
    pending_ = Pending::none;
  }

  void observe(TokenId token, TokenOrigin origin) override {
    ++position_;
    if (!thinking_) return observe_answer(token);
    if (marker_left_ > 0 && origin == TokenOrigin::forced) {
      if (marker_left_ == marker_size_) report_.marker_begins = position_ - 1;
      if (--marker_left_ == 0) answer_begins(report_.marker_begins, position_, report_.close_reason);
      return;
    }
    ++report_.tokens;
    if (origin == TokenOrigin::injected) ++report_.injected;
    ends_at_ = markers().ends.advance(ends_at_, token);
    progress_ = markers().end_progress.advance(progress_, token);
    const std::string_view piece = settings_->vocabulary->piece(token);
    open_bytes_ = open_bytes_after(open_bytes_, piece);
    sentence_ended_ = piece.ends_with('.') || piece.ends_with('!') || piece.ends_with('?');
    if (const int marker = markers().ends.matched(ends_at_); marker > 0) {
      report_.tokens -= marker;
      answer_begins(position_ - marker, position_, "natural");
      header_at_ = header_after(token);
    }
  }

  void retract(int n) override {
    position_ -= n;
    if (!thinking_) return;
    report_.tokens -= n;
    ends_at_ = progress_ = 0;
    open_bytes_ = 0;
    sentence_ended_ = false;
  }

 private:
  enum class Pending { none, wait, shut };

  const ThinkSection& markers() const { return *settings_->section; }
  bool answer_wanted() const { return settings_->answer_now != nullptr && settings_->answer_now->load(std::memory_order_relaxed); }

  // The model wants to end the thinking, with a marker of so many tokens or by ending its turn.
  Verdict at_end(bool turn_ends, int marker) {
    const int before = turn_ends ? 0 : marker - 1;
    const auto& texts = settings_->continuations;
    const Tokens more = texts.empty() ? Tokens{} : texts[static_cast<std::size_t>(report_.waits) % texts.size()];
    const auto used = report_.tokens - before + static_cast<std::int64_t>(more.size());
    if (report_.waits < settings_->wait && used < settings_->cap && !answer_wanted()) {
      pending_ = Pending::wait;
      return {.action = Verdict::Action::withhold, .append = more, .reason = "wait", .retract = before};
    }
    if (!turn_ends) return Verdict::accept();
    return take_back(shut("eos"), 0);
  }

  Verdict shut(std::string_view reason) {
    pending_ = Pending::shut;
    shut_reason_ = reason;
    const Tokens& text = reason == "eos" ? markers().close : settings_->forced_close;
    marker_size_ = static_cast<std::int64_t>(text.size());
    return {.append = text, .append_as = TokenOrigin::forced, .reason = reason};
  }

  static Verdict take_back(Verdict verdict, int before) {
    verdict.action = Verdict::Action::withhold;
    verdict.retract = before;
    return verdict;
  }

  void answer_begins(std::int64_t marker, std::int64_t answer, std::string_view reason) {
    thinking_ = false;
    report_.marker_begins = marker;
    report_.answer_begins = answer;
    report_.close_reason = reason;
    opens_at_ = 0;
    open_bytes_ = 0;
  }

  // Where the family's closing text goes on after a marker that ends with this token, such as the header of
  // the answer's channel; at its end when only white space follows.
  std::size_t header_after(TokenId token) const {
    const Tokens& close = markers().close;
    const auto marker = std::ranges::find(close, token);
    const auto is_text = [&](TokenId id) { return !trim(settings_->vocabulary->piece(id)).empty(); };
    if (marker == close.end() || std::none_of(marker + 1, close.end(), is_text)) return close.size();
    return static_cast<std::size_t>(marker - close.begin()) + 1;
  }

  // A model may open another section in its answer; the cap is the turn's, not the section's.
  void observe_answer(TokenId token) {
    const bool header = header_at_ < markers().close.size() && token == markers().close[header_at_];
    header_at_ = header ? header_at_ + 1 : markers().close.size();
    if (header) report_.answer_begins = position_;
    opens_at_ = markers().opens.advance(opens_at_, token);
    if (markers().opens.matched(opens_at_) == 0) return;
    thinking_ = true;
    report_.answer_begins = report_.marker_begins = -1;
    report_.close_reason = "";
    ends_at_ = progress_ = 0;
  }

  std::shared_ptr<const ThinkBudgetSettings> settings_;
  ThinkReport report_;
  bool thinking_ = true;
  bool no_end_now_ = false;   // for one step after a suppressed end
  bool forced_shut_ = false;  // the thinking was cut, not ended
  std::int64_t position_ = 0;  // tokens after the prompt
  int ends_at_ = 0;            // positions in the matchers
  int progress_ = 0;
  int opens_at_ = 0;
  int open_bytes_ = 0;
  bool sentence_ended_ = false;
  std::size_t header_at_ = std::numeric_limits<std::size_t>::max();  // next token of the closing text, if the model writes it
  // A verdict that was given and not carried out yet, and the marker that is being appended.
  Pending pending_ = Pending::none;
  std::string_view shut_reason_;
  std::int64_t marker_size_ = 0;
  std::int64_t marker_left_ = 0;
};

Result<std::unique_ptr<Controller>> ThinkBudget::create(const Options& options, const ControllerEnvironment& environment) {
  auto settings = std::make_shared<ThinkBudgetSettings>();
  settings->section = environment.think;
  if (settings->section == nullptr) return unsupported("think_budget needs to know the model's thinking markers");
  const Vocabulary& vocabulary = environment.vocabulary;
  settings->vocabulary = &vocabulary;
  settings->answer_now = environment.answer_now;
  settings->wait = options.integer("wait");
  settings->minimum = options.integer("minimum");
  settings->rank = static_cast<int>(options.integer("rank"));
  const std::string& soft = options.text("soft");
  settings->soft = soft == "boundary" ? Soft::boundary : soft == "rank" ? Soft::rank : Soft::none;
  for (const std::string& text : split_escaped(options.text("continue_with"), ',')) {
    if (text == "none" || text.empty()) continue;
    settings->continuations.push_back(vocabulary.tokenize(text, ControlTokens::as_text));
  }
  settings->forced_close = settings->section->forced_close;
  if (const std::string& text = options.text("close_text"); !text.empty()) {
    settings->forced_close = vocabulary.tokenize(text, ControlTokens::parse);
    if (!settings->section->ends.found_in(settings->forced_close)) {
      settings->forced_close = vocabulary.tokenize(text + settings->section->family.close, ControlTokens::parse);
    }
  }
  // The answer's share of the trace comes first.
  std::int64_t reserve = options.integer("answer_reserve");
  if (reserve == 0) reserve = answer_reserve(environment.max_tokens);
  reserve = std::min<std::int64_t>(reserve, environment.max_tokens / 2);
  const std::int64_t most = std::max<std::int64_t>(0, environment.max_tokens - reserve - static_cast<std::int64_t>(settings->forced_close.size()));
  const std::int64_t cap = options.integer("cap");
  settings->cap = cap < 0 ? most : std::min(cap, most);
  if (settings->minimum > settings->cap) {
    return invalid_argument("think_budget.minimum = " + std::to_string(settings->minimum) + " is more than the cap of " +
                            std::to_string(settings->cap) + " thinking tokens");
  }
  const std::int64_t grace = settings->soft == Soft::rank ? settings->cap * 3 / 10 : std::min<std::int64_t>(settings->cap / 10, 64);
  settings->soft_from = std::max(settings->cap - grace, settings->minimum);
  return std::unique_ptr<Controller>(std::make_unique<ThinkBudget>(std::move(settings), environment.thinking_off));
}

}  // namespace

void register_think_budget_controller(Registry& registry) {
  registry.controllers.add<ThinkBudget>(
      {.name = "think_budget",
       .summary = "budget forcing: caps the thinking, keeps it going with \"Wait\", keeps room for the answer",
       .options = {OptionSpec::integer("cap", -1, {-1, 1 << 20}, "most thinking tokens; -1: what max_tokens leaves"),
                   OptionSpec::integer("wait", 0, {0, 100}, "times that an end of the thinking is suppressed"),
                   OptionSpec::text("continue_with", "Wait", "injected then, in turn when several, separated by commas (one of its own: \\\\,); none: nothing"),
                   OptionSpec::integer("minimum", 0, {0, 1 << 20}, "thinking tokens before which no end is possible"),
                   OptionSpec::text("close_text", "", "forced at the cap; empty: the model family's own"),
                   OptionSpec::choice("soft", "boundary", {"none", "boundary", "rank"},
                                      "end early within the cap: at a line or sentence end in its last tenth, or from 70 % on where the end marker ranks high"),
                   OptionSpec::integer("rank", 3, {1, 1000}, "soft = rank: the end marker is among so many likeliest tokens"),
                   OptionSpec::integer("answer_reserve", 0, {0, 1 << 20}, "tokens of max_tokens kept for the answer; 0: 64 or a tenth")},
       .needs = {Need::think_section},
       .references = {"arXiv 2501.19393, section 3"},
       .authority = 10});
}

}  // namespace reckon
