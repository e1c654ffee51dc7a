// What computing at inference is worth beside computing in pretraining (Snell et al., 2408.03314, section 7; Liu et al.,
// 2502.06703). Pure.
#pragma once

namespace reckon {

// 6 x parameters x tokens. Inference is 2 x parameters x tokens, as in ModelInfo::flops_per_token().
inline double pretraining_flops(double parameters, double tokens) { return 6.0 * parameters * tokens; }

// How many times its inference compute a model may spend so that it costs, pretraining included, what one that is `larger`
// times larger costs: M + 3 (D_pre / D_inf) (M - 1). `inference_share`: tokens ever generated / tokens of pretraining, R > 0.
inline double matched_inference(double larger, double inference_share) { return larger + 3.0 / inference_share * (larger - 1.0); }

}  // namespace reckon
