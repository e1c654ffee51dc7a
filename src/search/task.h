// What a person wants answered, and what comes back. Values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/trace_stats.h"
#include "scoring/answer_style.h"
#include "scoring/checker.h"
#include "scoring/program_tests.h"
#include "scoring/scorer.h"
#include "thinking/trace.h"

namespace reckon {

struct Task {
  std::string question;
  std::string system;        // system message; empty: the prompt's own
  AnswerStyle answer_style;  // what kind of answer is looked for
  std::shared_ptr<const Checker> checker = nullptr;  // an exact judge, where the task has one
  std::optional<ProgramTests> tests;  // public ones, when the answer is a program
};

// One group of equivalent answers in a vote.
struct AnswerShare {
  std::string answer;  // as first seen
  int traces = 0;
  double weight = 0.0;
};

// One of the traces that an answer was chosen among.
struct PooledTrace {
  std::string answer;  // empty: it has none
  std::int64_t generated = 0;  // tokens
  TraceStats stats = {};       // empty unless recorded; without hidden states
  std::optional<Score> score = std::nullopt;  // of the run's scorer, from best_of_n, tpo, feedback_edit, ab_mcts; NaN: it had none to give
  int round = 0;               // of a method that revises: 0 for samples, then its iterations
};

// Why a run stopped.
enum class StopReason { finished, budget, deadline, cancelled };
std::string_view to_string(StopReason reason);

struct Answer {
  std::string text;   // the short answer; empty when none could be extracted
  std::string trace;  // the full text that it came from
  std::vector<AnswerShare> shares;  // largest first; one entry for a single trace
  int traces = 0;                   // that ended, with or without an answer
  std::vector<PooledTrace> pool;    // those, in index order
  double agreement = 0.0;           // share of the traces that agree with `text`, 0 to 1
  FinishReason finish = FinishReason::failed;  // of the chosen trace
  std::optional<ThinkReport> think;            // of the chosen trace, when its thinking is controlled
  std::vector<std::string> warnings;
};

}  // namespace reckon
