#include <nlohmann/json.hpp>

#include "apps/cli/json_fields.h"
#include "apps/cli/solve_output.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

Json shares_json(const Answer& answer) {
  Json shares = Json::array();
  for (const auto& share : answer.shares) {
    shares.push_back({{"answer", share.answer}, {"traces", share.traces}, {"weight", share.weight}});
  }
  return shares;
}

Json think_json(const std::optional<ThinkReport>& think) {
  if (!think) return nullptr;
  return {{"tokens", think->tokens}, {"injected", think->injected}, {"waits", think->waits}, {"close_reason", think->close_reason}};
}

Json model_json(const OpenedModel& loaded) {
  const ModelInfo& info = loaded.model->info();
  return {{"name", loaded.name},
          {"path", loaded.path.string()},
          {"sha256", loaded.digest},
          {"adapter", loaded.adapter.string()},
          {"architecture", info.architecture},
          {"description", info.description},
          {"parameters", info.parameters}};
}

}  // namespace

std::string solve_json(const SolvedRun& run) {
  const SolveResult& result = run.result;
  const Answer& answer = result.answer;
  const double seconds = result.milliseconds / 1000.0;
  Json json = {{"format", "reckon-solve-1"},
               {"question", run.request.task.question},
               {"answer", answer.text},
               {"agreement", answer.agreement},
               {"traces", answer.traces},
               {"shares", shares_json(answer)},
               {"trace", answer.trace},
               {"finish", to_string(answer.finish)},
               {"plan", run.plan},
               {"think", think_json(answer.think)},
               {"stop", to_string(result.stop)},
               {"cap", to_string(result.cap)},
               {"warnings", answer.warnings},
               {"bill", bill_json(result.bill)},
               {"milliseconds", result.milliseconds},
               {"tokens_per_second", seconds > 0.0 ? static_cast<double>(result.bill.generated()) / seconds : 0.0},
               {"model", model_json(run.model)},
               {"request", request_json(run.request)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reckon::cli
