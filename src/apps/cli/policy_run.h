// `reckon solve --policy FILE`: the configuration is chosen for the question at hand (Snell et al., 2408.03314, section 3).
//
// The policy's reference configuration answers first; how much its votes agree says how easy the question is, and with the
// budget that names the configuration which the policy found best for such questions. Where that is the reference
// itself, or the level chooses the same for all, nothing is answered twice. The bill is that of both runs, and so are the caps
// that a person gives; a second answer that they cut short does not replace the first. (What a run that failed altogether had
// spent is not known.) Listeners hear of two runs, one after the other, with trace ids and times that go on.
//
// Threading: values, used by one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "apps/cli/request_arguments.h"
#include "bench/policy_file.h"

namespace reckon::cli {

struct PolicyPlan {
  Policy policy;
  std::size_t level = 0;
  std::map<std::string, SolveRequest> requests;  // by configuration: the level's choices and the reference
  std::string warning;                           // empty: none
};

// What is to follow the policy.
struct PolicyModel {
  std::string identity;  // as a benchmark's matrix has it
  double flops_per_token = 0.0;
  std::vector<std::string> roles;  // as --role gave them
};

// Reads the policy and makes the requests of its configurations. Of the arguments, seed, budget, deadline, system message and kind of
// answer are taken. The level is the dearest that the budget allows, with the cost of finding the difficulty. Errors:
// invalid_argument for other arguments, which the policy decides, and for other roles than it was measured with; those of
// read_policy() and make_request().
Result<PolicyPlan> plan_by_policy(const std::string& file, const RequestArguments& arguments, const PolicyModel& model, const Registry& registry);

struct PolicyRun {
  SolveRequest request;  // of the configuration that answered
  std::string plan;      // what was chosen and why, in one line
  SolveResult result;
};

// `base` has the question, the caps of both runs together, and who listens and stops. Errors: those of Engine::solve().
Result<PolicyRun> solve_by_policy(Engine& engine, const PolicyPlan& plan, SolveRequest base);

}  // namespace reckon::cli
