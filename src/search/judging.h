// What a chat model thinks of answers to a question: each by itself, in pairs, or all in one list (LLM as a
// judge, 2306.05685; the marker's probability instead of a sampled verdict, 2305.17926 for the order).
//
// Values are probabilities of the judge's next token, so that nothing is sampled and ties are rare. A judge
// prefers what it reads first or last: pairs are asked in both orders, lists in as many rotations as there are
// answers (at most `rotations`), and the results averaged. Answers are fenced, and the judge is told to
// ignore what they ask of it.
//
// Threading: the run's thread. Cost: n prompts, n min(n - 1, opponents) and ceil(n / 26) min(n, rotations); opponents
// rounded up to an even number, 0 for n - 1. Errors: those of reply_shares().
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "search/prompt_template.h"
#include "search/strategy.h"

namespace reckon {

struct JudgeSettings {
  std::string role = "judge";
  // For judge_each() only; nothing: our own.
  std::optional<PromptTemplate> instruction;
  std::string good = "Yes";
  std::string bad = "No";
  int opponents = 0;  // of each response, in pairs, rounded up to an even number; 0: all others
  int rotations = 4;
};

// The question to the judge in the user's file, or our own for an empty path. It says {response}, and may say
// {question}, {answer}, {good} and {bad}. Errors: those of PromptTemplate::load().
Result<PromptTemplate> judge_instruction(const std::string& path);

// One value in [0, 1] for each response; nothing where the judge gave no verdict.
using Verdicts = std::vector<std::optional<double>>;

struct JudgedResponse {
  std::string_view text;
  std::string_view answer;
};

// Probability of `good` against `bad`.
Result<Verdicts> judge_each(Context& context, std::string_view question, std::span<const JudgedResponse> responses, const JudgeSettings& settings);
// Mean probability of being preferred to another, by Bradley-Terry strengths (scoring/bradley_terry.h), so that not
// every pair need be asked; 0.5 for a single one.
Result<Verdicts> judge_pairs(Context& context, std::string_view question, std::span<const JudgedResponse> responses, const JudgeSettings& settings);
// Mean probability of being named the best of the list; sums to 1. More than 26 responses are shown in several lists of
// one length, others in each rotation, and the values sum to about 1.
Result<Verdicts> judge_list(Context& context, std::string_view question, std::span<const JudgedResponse> responses, const JudgeSettings& settings);

}  // namespace reckon
