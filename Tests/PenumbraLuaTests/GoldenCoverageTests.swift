/// No exported tensor operation without golden cases, or a named test that stands for them.

import PenumbraLua
import Testing

@Suite struct GoldenCoverageTests {
  /// Exported names whose Swift operation is called differently: the golden operation of each.
  private static let spelled: [String: String] = [
    "neg": "negative", "absolute": "abs", "subtract": "sub", "multiply": "mul", "divide": "div",
    "true_divide": "div", "clip": "clamp", "clamp_min": "clamp", "clamp_max": "clamp",
    "isinf": "isInfinite", "isposinf": "isPositiveInfinity", "isneginf": "isNegativeInfinity",
    "prod": "product", "var": "variance", "std": "standardDeviation",
    "var_mean": "varianceAndMean", "std_mean": "standardDeviationAndMean", "min": "minimum",
    "max": "maximum", "amin": "minimum", "amax": "maximum", "aminmax": "extrema",
    "argmin": "argMinimum", "argmax": "argMaximum", "dist": "distance",
    "cdist": "pairwiseDistances", "renorm": "renormalized", "cov": "covariance",
    "corrcoef": "correlation", "equal": "isEqual", "view": "viewed", "reshape_as": "reshape",
    "view_as": "viewed", "ravel": "reshape", "swapaxes": "transpose", "swapdims": "transpose",
    "movedim": "moveDimensions", "moveaxis": "moveDimensions", "t": "transpose",
    "expand_as": "expand", "broadcast_to": "expand", "atleast_1d": "atLeast",
    "atleast_2d": "atLeast", "atleast_3d": "atLeast", "vdot": "dot",
    "take_along_dim": "takeAlongDimension", "detach": "detached", "type_as": "to", "float": "to",
    "double": "to", "long": "to", "byte": "to", "bool": "to", "tile": "repeated",
    "fliplr": "flip", "flipud": "flip", "msort": "sort", "histc": "histogramCounts",
    "cumsum": "cumulativeSum", "cumprod": "cumulativeProduct",
    "logcumsumexp": "logCumulativeSumExp", "cummax": "cumulativeMaximum",
    "cummin": "cumulativeMinimum", "diff": "difference", "bucketize": "searchSorted",
    "pinverse": "pseudoInverse", "pinv": "pseudoInverse", "det": "determinant",
    "logdet": "logDeterminant", "slogdet": "signedLogDeterminant", "inv": "inverse",
    "matrix_exp": "matrixExponential", "qr": "orthogonalDecomposition",
    "svd": "singularValueDecomposition", "svdvals": "singularValues", "lstsq": "leastSquares",
    "eigh": "symmetricEigen", "eigvalsh": "symmetricEigenvalues", "cond": "conditionNumber",
    "sqrtm": "symmetricSquareRoot", "conv1d": "convolution", "conv2d": "convolution",
    "conv3d": "convolution", "conv_transpose1d": "transposedConvolution",
    "conv_transpose2d": "transposedConvolution", "conv_transpose3d": "transposedConvolution",
    "im2col": "imageToColumns", "col2im": "columnsToImage", "max_pool1d": "maxPool",
    "max_pool2d": "maxPool", "max_pool3d": "maxPool", "avg_pool1d": "averagePool",
    "avg_pool2d": "averagePool", "avg_pool3d": "averagePool",
    "adaptive_max_pool1d": "adaptiveMaxPool", "adaptive_max_pool2d": "adaptiveMaxPool",
    "adaptive_max_pool3d": "adaptiveMaxPool", "adaptive_avg_pool1d": "adaptiveAveragePool",
    "adaptive_avg_pool2d": "adaptiveAveragePool", "adaptive_avg_pool3d": "adaptiveAveragePool",
    "dropout1d": "featureDropout", "dropout2d": "featureDropout", "dropout3d": "featureDropout",
    "mse": "mseLoss", "binary_cross_entropy_with_logits": "bceWithLogits",
    "zeros_like": "zeros", "ones_like": "ones", "full_like": "full", "empty": "zeros",
    "empty_like": "zeros", "where": "select", "argwhere": "nonzero",
    "vector_norm": "norm", "lu": "luDecomposition", "block_diag": "blockDiagonal",
    "cartesian_prod": "cartesianProduct",
  ]

  /// What is no function of tensors' values, by the test that covers it.
  private static let elsewhere: [String: [String]] = [
    "Tests/Lua/tensors.lua": [
      "set_matmul_precision", "matmul_precision",
      "dim", "numel", "size", "item", "totable", "tensor", "fill", "zero", "copy",
    ],
    "Tests/Lua/arrangement.lua": ["stride", "is_contiguous"],
    "Tests/Lua/autograd.lua": [
      "backward", "register_hook", "retain_grad", "grad", "gradcheck", "gradgradcheck", "no_grad",
      "enable_grad", "set_grad_enabled", "is_grad_enabled", "requires_grad",
    ],
    "Tests/Lua/random.lua": [
      "rand", "randn", "randint", "randperm", "rand_like", "randn_like", "randint_like", "seed",
      "manual_seed", "initial_seed", "get_rng_state", "set_rng_state", "generator",
      "default_generator", "normal", "log_normal", "uniform", "laplace", "cauchy", "gumbel",
      "student_t", "truncated_normal", "exponential", "gamma", "chi2", "beta", "weibull",
      "dirichlet", "poisson", "geometric", "binomial", "bernoulli", "multinomial", "categorical",
      "shuffle", "random",
    ],
    "Tests/Lua/memory.lua": [
      "memory", "memory_limit", "empty_cache", "reset_peak_memory", "scope",
    ],
    "Tests/Lua/selection.lua": ["result_type", "promote_types", "can_cast"],
    "Tests/Lua/modules.lua": ["save", "load"],
    "Tests/Lua/checkpoints.lua": ["save_checkpoint", "load_checkpoint"],
    "Tests/Lua/profiling.lua": ["profile"],
    "Tests/Lua/data.lua": ["load_image", "sha256"], "Tests/Lua/layers.lua": ["summary"],
    "Tests/PenumbraLuaTests/RegistryTests.swift": [
      "save_images", "config", "progress", "help", "set_printoptions", "set_num_threads",
      "num_threads", "clock",
    ],
  ]

  /// A name without separators and case, by which `floor_divide` and `floorDivide` are one.
  private static func folded(_ name: Substring) -> String {
    name.lowercased().filter { $0 != "_" }
  }

  /// The operations of all golden fixtures.
  private static func goldenOperations() throws -> Set<String> {
    let folder = "Tests/PenumbraTensorTests/Fixtures/golden"
    let text = try commandOutput("cat \(folder)/*.txt | grep '^case ' | cut -d ' ' -f 2")
    return Set(
      text.split(separator: "\n").map { line in
        let parts = line.split(separator: ".")
        return folded(parts.count > 1 && parts[0] == "static" ? parts[1] : parts[0])
      })
  }

  @Test func everyExportedOperationHasGoldenCases() throws {
    let golden = try GoldenCoverageTests.goldenOperations()
    let covered = Set(GoldenCoverageTests.elsewhere.values.joined())
    var count = 0
    for library in LuaFace.libraries where ["Tensor", "pn", "pn.linalg"].contains(library.name) {
      for entry in library.entries {
        // x:name_() is x:name() written into x.
        let name = entry.name.hasSuffix("_") ? String(entry.name.dropLast()) : entry.name
        let operation = GoldenCoverageTests.spelled[name] ?? name
        count += 1
        #expect(
          covered.contains(name) || golden.contains(GoldenCoverageTests.folded(operation[...])),
          "\(library.path(entry)) has no golden case")
      }
    }
    #expect(count > 550)
  }

  /// The tests that are said to stand for golden cases name what they cover.
  @Test(arguments: elsewhere.keys.filter { $0.hasSuffix(".lua") })
  func theOtherTestsNameThem(_ file: String) throws {
    let text = try #require(contents(of: "\(repository)/\(file)"))
    for name in GoldenCoverageTests.elsewhere[file] ?? [] {
      #expect(text.contains(name), "\(file) does not use \(name)")
    }
  }
}
