// feedback_edit: drafts, comments on them, edits by the comments, and a choice (Wang et al., 2503.04378).
//
// Samples drafts; for each, a feedback model writes comments; for each comment an edit model rewrites the draft;
// a scorer chooses among drafts and edits, so that the answer is never worse, by the score, than the best of
// the drafts alone. Three axes scale: drafts, feedbacks per draft and edits per feedback; `generations` splits
// a number of generations over them. All calls of a stage run side by side.
//
// Comments count only when they ask for a change (comments.h): of `pool` comments per draft the most
// constructive are used. A draft whose comments ask for nothing is left as it is, and no edit is paid for. With
// `together` > 1 an edit is shown several comments of its draft, in an order that the seed shuffles. Edits that
// change nothing but white space are counted and left out, and so are those that were cut off.
//
// Roles: "feedback", "edit" and, where the scorer is a judge, "judge" (the paper's select model) may be models of
// their own; without, the one model plays all. The paper trained a model for each; with one model it found that
// easy questions win and hard ones lose.
// Cost: drafts (1 + pool) and, per draft, edits x (feedbacks / together); one scoring per text.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "search/ask.h"
#include "search/prompt_template.h"
#include "search/questions.h"
#include "search/registry.h"
#include "search/revising.h"
#include "search/scored_pool.h"
#include "strategies/feedback_edit/axes.h"
#include "strategies/feedback_edit/comments.h"

namespace reckon {

std::string_view feedback_edit_strategy_template(std::string_view file);  // the *.txt beside this file

EditAxes split_generations(int most, EditAxes axes) {
  axes.drafts = axes.feedbacks = axes.edits = 1;
  for (bool grown = true; grown;) {
    grown = false;
    for (int* axis : {&axes.drafts, &axes.feedbacks, &axes.edits}) {
      ++*axis;
      if (axes.generations() <= most) grown = true;
      else --*axis;
    }
  }
  return axes;
}

namespace {

class FeedbackEdit final : public Strategy {
 public:
  static Result<std::unique_ptr<Strategy>> create(const Options& options) {
    auto strategy = std::make_unique<FeedbackEdit>();
    const auto integer = [&options](std::string_view name) { return static_cast<int>(options.integer(name)); };
    strategy->axes_ = {integer("drafts"), integer("feedbacks"), integer("edits"), integer("pool"), integer("together")};
    if (integer("generations") > 0) strategy->axes_ = split_generations(integer("generations"), strategy->axes_);
    strategy->comment_tokens_ = integer("comment_tokens");
    strategy->content_ = options.text("content") == "mostly" ? Helpfulness::mostly : Helpfulness::perfectly;
    strategy->lookup_ = options.flag("lookup");
    const auto load = [&options](std::string_view name, const TemplatePlaceholders& placeholders) {
      return PromptTemplate::load(template_path(options.text("templates"), name), feedback_edit_strategy_template(name), placeholders);
    };
    RECKON_ASSIGN_OR_RETURN(strategy->feedback_, load("feedback", {{"query", "draft"}}));
    RECKON_ASSIGN_OR_RETURN(strategy->edit_, load("edit", {{"query", "draft", "comments"}}));
    return std::unique_ptr<Strategy>(std::move(strategy));
  }

  Result<Answer> run(Context& context, const Task&) override {
    RECKON_ASSIGN_OR_RETURN(auto drafts, sample_traces(context, axes_.drafts, [](const SampledTrace&) {}));
    if (drafts.empty()) return Answer();
    const std::size_t n = drafts.size();
    ScoredPool pool(context);
    if (!pool.add(std::move(drafts), 0)) return pool.answer();
    context.improve(pool.answer());

    Questions questions(context);
    const auto comments = comment(context, questions, pool, n);
    if (questions.complete() && !context.should_stop()) pool.add(edit(context, questions, pool, comments), 1);
    return pool.answer();
  }

 private:
  // The useful comments on each draft.
  std::vector<std::vector<std::string>> comment(Context& context, Questions& questions, const ScoredPool& drafts, std::size_t n) const {
    std::vector<Question> asked(n);
    std::vector<std::string> beginnings;
    for (std::size_t i = 0; i < n; ++i) {
      asked[i].chat = chat_request(feedback_.messages({{"query", context.query()}, {"draft", std::string(trim(drafts[i].full_text))}}));
      asked[i].chat.role = "feedback";
      asked[i].chat.reply_tokens = comment_tokens_;
      asked[i].about = drafts[i].id;
      asked[i].replies = std::max(axes_.pool, axes_.feedbacks);
      beginnings.push_back(asked[i].chat.prefill);
    }
    std::vector<std::vector<std::string>> kept;
    const auto replies = questions.ask(std::move(asked));
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<std::string> said;
      for (const auto& reply : replies[i]) said.push_back(std::string(trim(beginnings[i] + reply.text)));
      kept.push_back(kept_comments(said, {.most = axes_.feedbacks, .content = content_}));
      if (kept.back().empty() && !said.empty()) context.ledger().charge({.abstentions = 1});
      for (const auto& comment : kept.back()) note(context, drafts[i].id, "feedback", comment);
    }
    return kept;
  }

  std::vector<SampledTrace> edit(Context& context, Questions& questions, const ScoredPool& drafts,
                                 const std::vector<std::vector<std::string>>& comments) const {
    std::vector<Question> asked;
    std::vector<std::size_t> edited;  // which draft each question is of
    for (std::size_t i = 0; i < comments.size(); ++i) {
      for (const auto& list : lists_of(context, comments[i], i)) {
        asked.push_back(edit_question(context, drafts[i], list));
        edited.push_back(i);
      }
    }
    if (asked.empty()) return {};
    auto replies = questions.ask(std::move(asked));
    std::vector<SampledTrace> edits;
    int unchanged = 0;
    int lost = 0;
    for (std::size_t i = 0; i < replies.size(); ++i) {
      for (Trace& reply : replies[i]) {
        std::string text(trim(reply.text));
        const bool whole = !text.empty() && is_complete(reply.finish);
        const bool same = whole && folded_words(text) == folded_words(drafts[edited[i]].full_text);
        if (same) ++unchanged;
        if (!whole && !was_told_to_stop(reply.finish)) ++lost;
        if (whole && !same) edits.push_back(with_text(context, std::move(reply), std::move(text)));
      }
    }
    context.ledger().charge({.parse_failures = lost});
    if (unchanged > 0) context.warn(std::to_string(unchanged) + " edits changed nothing");
    if (lost > 0) context.warn(std::to_string(lost) + " edits were left out: they were empty or cut off");
    return edits;
  }

  // A draft's comments in the lists that its edits are shown.
  std::vector<std::string> lists_of(const Context& context, std::vector<std::string> comments, std::size_t draft) const {
    Rng rng(context.seed(), draft);
    for (std::size_t i = comments.size(); i > 1; --i) std::swap(comments[i - 1], comments[rng.below(i)]);
    std::vector<std::string> lists;
    for (std::size_t i = 0; i < comments.size(); ++i) {
      if (i % static_cast<std::size_t>(axes_.together) == 0) lists.emplace_back();
      lists.back() += "- " + comments[i] + "\n";
    }
    return lists;
  }

  Question edit_question(Context& context, const Trace& draft, const std::string& comments) const {
    Question question;
    question.chat = chat_request(edit_.messages({{"query", context.query()}, {"draft", std::string(trim(draft.full_text))}, {"comments", comments}}));
    question.chat.role = "edit";
    question.chat.reply_tokens = std::numeric_limits<int>::max();
    if (lookup_) question.chat.reference = draft.full_text;
    question.about = draft.id;
    question.replies = axes_.edits;
    question.record = std::nullopt;
    return question;
  }

  EditAxes axes_;
  int comment_tokens_ = 384;
  Helpfulness content_ = Helpfulness::perfectly;
  bool lookup_ = true;
  PromptTemplate feedback_, edit_;
};

}  // namespace

void register_feedback_edit_strategy(Registry& registry) {
  registry.strategies.add<FeedbackEdit>(
      {.name = "feedback_edit",
       .summary = "draft, comment on the drafts, edit them by the comments, choose",
       .options = {OptionSpec::integer("drafts", 2, {1, 256}, "responses to begin with"),
                   OptionSpec::integer("feedbacks", 2, {1, 256}, "useful comments on each draft, at most"),
                   OptionSpec::integer("edits", 1, {1, 256}, "edits for each comment, or list of comments"),
                   OptionSpec::integer("generations", 0, {0, 100000}, "split so many over the three; 0: as they are given"),
                   OptionSpec::integer("pool", 0, {0, 1024}, "comments written for each draft; 0: as many as are used"),
                   OptionSpec::integer("together", 1, {1, 16}, "comments that one edit is shown"),
                   OptionSpec::choice("content", "perfectly", {"mostly", "perfectly"}, "a comment that finds the draft so helpful asks for nothing"),
                   OptionSpec::integer("comment_tokens", 384, {1, 8192}, "most tokens of a comment"),
                   OptionSpec::flag("lookup", true, "guess edits' tokens from the draft; changes only the speed"),
                   OptionSpec::text("templates", "", "folder with your own feedback or edit .txt")},
       .needs = {Need::scorer, Need::comparable_scores},
       .references = {"arXiv 2503.04378"}});
}

}  // namespace reckon
