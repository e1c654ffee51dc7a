// tpo: test-time preference optimisation (Li et al., 2501.12895).
//
// Samples n responses and scores them. Then, some times over: the model says in words why the best response
// so far is better than the worst one (the textual loss), what should change in the best one (the textual
// gradient), and writes n improved versions of it (the update), which are scored in turn. What is best of all
// that was seen is the answer, so that it never gets worse by the score. No iterations is best of n (which
// asks for an answer in it, too).
//
// mode=revision leaves the rejected response out of the loss: the paper's ablation, and what happens when best
// and worst say the same. rejected=latest takes the worst of the newest responses only; the paper takes the
// worst of all. An update whose tags are missing, repeated, nested or not closed is dropped and counted;
// unclosed=keep takes one that ended by itself without the closing tag, which small models forget.
// The built-in prompt begins an update with the response's first words ({opening}), which it can therefore not change.
//
// Only as good as the scorer, and only for models that follow instructions: the paper's 8B model got worse
// with each step. Where the paper's code quotes a shortened text, the whole one is quoted here.
// A loss or gradient may be cut off at `critique_tokens`, and is written with the run's sampling.
// Cost: at most n + D (n + 2) generations and n (D + 1) scorings (an equal text is not scored again), in 1 + 3 D rounds.
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/text.h"
#include "search/ask.h"
#include "search/prompt_template.h"
#include "search/questions.h"
#include "search/registry.h"
#include "search/revising.h"
#include "search/scored_pool.h"
#include "search/tagged_reply.h"

namespace reckon {

std::string_view tpo_strategy_template(std::string_view file);  // the *.txt beside this file

namespace {

constexpr std::string_view kImprovedTag = "improved";

// The first words of a response, three at most, of its first line, and no more than half of it: an update begins as the
// response that it improves does, or a small model writes about the response instead of rewriting it.
std::string opening(std::string_view response) {
  constexpr std::string_view kBlank = " \t";
  const std::string_view line = response.substr(0, response.find('\n'));
  std::size_t end = 0;
  for (int words = 0; words < 3 && end < line.size(); ++words) {
    end = std::min(line.find_first_of(kBlank, line.find_first_not_of(kBlank, end)), line.size());
  }
  return 2 * end <= response.size() ? std::string(line.substr(0, end)) : "";
}

// A beginning that the model is given must not spell its control tokens.
bool is_plain(const Vocabulary& vocabulary, const std::string& text) {
  return vocabulary.tokenize(text, ControlTokens::parse) == vocabulary.tokenize(text, ControlTokens::as_text);
}

// What one iteration's prompts speak of.
struct Step {
  std::size_t chosen = 0;
  bool contrasts = false;  // with a rejected response
  TemplateValues values;
};

// Updates that do not stand between their tags, and why.
struct LostUpdates {
  int all = 0;
  int unclosed = 0;  // whole but for the closing tag

  void report(Context& context) const {
    if (all == 0) return;
    context.ledger().charge({.parse_failures = all});
    std::string text = std::to_string(all) + " updates were left out: they were cut off, or their tags were not as asked";
    if (unclosed > 0) text += "; " + std::to_string(unclosed) + " only lack the closing tag (unclosed=keep takes these)";
    context.warn(std::move(text));
  }
};

class TestTimePreferenceOptimisation final : public Strategy {
 public:
  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    auto strategy = std::make_unique<TestTimePreferenceOptimisation>();
    strategy->samples_ = static_cast<int>(options.integer("samples"));
    strategy->iterations_ = static_cast<int>(options.integer("iterations"));
    strategy->critique_tokens_ = static_cast<int>(options.integer("critique_tokens"));
    strategy->contrasts_ = options.text("mode") == "tpo";
    strategy->rejects_latest_ = options.text("rejected") == "latest";
    strategy->unclosed_ = options.text("unclosed") == "keep" ? Unclosed::keep : Unclosed::drop;
    strategy->lookup_ = options.flag("lookup");
    const auto load = [&options](std::string_view name, const TemplatePlaceholders& placeholders) {
      return PromptTemplate::load(template_path(options.text("templates"), name), tpo_strategy_template(name), placeholders);
    };
    RECKON_ASSIGN_OR_RETURN(strategy->loss_, load("loss", {{"query", "rejected", "chosen"}}));
    RECKON_ASSIGN_OR_RETURN(strategy->revision_, load("revision", {{"query", "chosen"}}));
    RECKON_ASSIGN_OR_RETURN(strategy->gradient_, load("gradient", {{"chosen", "loss"}, {"query", "loss_prompt", "role"}}));
    RECKON_ASSIGN_OR_RETURN(strategy->update_, load("update", {{"chosen", "gradient"}, {"query", "loss_prompt", "role", "loss", "constraints", "opening"}}));
    return std::unique_ptr<Strategy>(std::move(strategy));
  }

  Result<Answer> run(Context& context, const Task&) override {
    RECKON_ASSIGN_OR_RETURN(auto drafts, sample_traces(context, samples_, [](const SampledTrace&) {}));
    if (drafts.empty()) return Answer();
    ScoredPool pool(context);
    Questions questions(context);
    LostUpdates lost;
    bool going = pool.add(std::move(drafts), 0);
    for (int round = 1; going && round <= iterations_; ++round) {
      context.improve(pool.answer());
      auto step = critique(context, questions, pool, round);
      if (!step) break;
      auto updates = update(context, questions, pool[step->chosen], *step, lost);
      if (!updates.empty()) going = pool.add(std::move(updates), round);
      if (context.should_stop()) break;
    }
    lost.report(context);
    return pool.answer();
  }

 private:
  // The textual loss and gradient; nothing when the run ends before they are written.
  std::optional<Step> critique(Context& context, Questions& questions, const ScoredPool& pool, int round) const {
    Step step{.chosen = pool.best()};
    const std::size_t rejected = pool.worst(rejects_latest_ ? round - 1 : 0);
    const Trace& chosen = pool[step.chosen];
    step.contrasts = contrasts_ && folded_words(pool[rejected].text) != folded_words(chosen.text);
    note(context, chosen.id, "chosen", chosen.text);
    if (step.contrasts) note(context, pool[rejected].id, "rejected", pool[rejected].text);
    step.values = {{"query", context.query()}, {"chosen", std::string(trim(chosen.text))}, {"rejected", std::string(trim(pool[rejected].text))}};
    const std::string begun = opening(step.values["chosen"]);
    step.values["opening"] = is_plain(context.model("").vocabulary(), begun) ? begun : "";
    step.values["role"] = step.contrasts ? "a response that was chosen over another one" : "a response of a language model";
    step.values["constraints"] = step.contrasts ? "It must stay a response that would be chosen, and not become like the rejected one." : "";

    const auto loss_prompt = (step.contrasts ? loss_ : revision_).messages(step.values);
    step.values["loss_prompt"] = loss_prompt.front().content;
    const bool told = tell(context, questions, loss_prompt, "loss", chosen, step) &&
                      tell(context, questions, gradient_.messages(step.values), "gradient", chosen, step);
    return told ? std::optional(std::move(step)) : std::nullopt;
  }

  // Asks for a text about the chosen response and keeps it as a value of the next prompts.
  bool tell(Context& context, Questions& questions, const std::vector<ChatMessage>& messages, const std::string& what,
            const Trace& chosen, Step& step) const {
    std::vector<Question> asked(1);
    asked[0].chat = chat_request(messages);
    asked[0].chat.reply_tokens = critique_tokens_;
    asked[0].about = chosen.id;
    const auto replies = questions.ask(std::move(asked));
    if (replies.front().empty() || !questions.complete()) return false;
    const Trace& reply = replies.front().front();
    note(context, reply.id, what, reply.text);
    step.values[what] = std::string(trim(reply.text));
    return true;
  }

  // n improved versions of the chosen response; fewer when some are not whole.
  std::vector<SampledTrace> update(Context& context, Questions& questions, const Trace& chosen, const Step& step, LostUpdates& lost) const {
    std::vector<Question> asked(1);
    asked[0].chat = chat_request(update_.messages(step.values));
    asked[0].chat.reply_tokens = std::numeric_limits<int>::max();
    const std::string prefill = asked[0].chat.prefill;
    const std::string& first_words = step.values.at("opening");
    // What follows the words that the update begins with.
    if (lookup_) asked[0].chat.reference = trim(chosen.text).substr(prefill.ends_with(first_words) ? first_words.size() : 0);
    asked[0].about = chosen.id;
    asked[0].replies = samples_;
    asked[0].stop_strings = {"</" + std::string(kImprovedTag) + ">"};
    asked[0].record = std::nullopt;
    note(context, chosen.id, "update_prompt", asked[0].chat.messages.back().content);
    std::vector<SampledTrace> updates;
    auto replies = questions.ask(std::move(asked));
    for (Trace& reply : replies.front()) {
      auto text = tagged_text(reply, prefill, kImprovedTag, unclosed_);
      if (!text && !was_told_to_stop(reply.finish)) {
        ++lost.all;
        lost.unclosed += tagged_text(reply, prefill, kImprovedTag, Unclosed::keep) ? 1 : 0;
      }
      if (text) updates.push_back(with_text(context, std::move(reply), *std::move(text)));
    }
    return updates;
  }

  int samples_ = 5;
  int iterations_ = 2;
  int critique_tokens_ = 512;
  bool contrasts_ = true;
  bool rejects_latest_ = false;
  Unclosed unclosed_ = Unclosed::drop;
  bool lookup_ = true;
  PromptTemplate loss_, revision_, gradient_, update_;
};

}  // namespace

void register_tpo_strategy(Registry& registry) {
  registry.strategies.add<TestTimePreferenceOptimisation>(
      {.name = "tpo",
       .summary = "sample, say why the best beats the worst, rewrite, repeat",
       .options = {OptionSpec::integer("samples", 5, {1, 256}, "responses at first and in each iteration"),
                   OptionSpec::integer("iterations", 2, {0, 64}, "times to rewrite; 0: best of n"),
                   OptionSpec::choice("mode", "tpo", {"tpo", "revision"}, "revision: the loss sees no rejected response"),
                   OptionSpec::choice("rejected", "cache", {"cache", "latest"}, "the worst of all responses, or of the newest"),
                   OptionSpec::integer("critique_tokens", 512, {1, 8192}, "most tokens of a loss or a gradient"),
                   OptionSpec::choice("unclosed", "drop", {"drop", "keep"}, "an update that ended without its closing tag"),
                   OptionSpec::flag("lookup", true, "guess updates' tokens from the text they improve; changes only the speed"),
                   OptionSpec::text("templates", "", "folder with your own loss, revision, gradient or update .txt")},
       .needs = {Need::scorer, Need::comparable_scores},
       .references = {"arXiv 2501.12895"}});
}

}  // namespace reckon
