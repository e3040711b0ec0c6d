/// Functions of a covariance matrix that samplers apply to vectors.

internal import Glibc
internal import PenumbraTensor

/// f(I) = Q f(Λ) Qᵀ for a covariance I = Q Λ Qᵀ; elementwise where I is diagonal.
enum SpectralFunction: Equatable {
  /// c λ
  case scaled(Double)
  /// √(c λ), the factor of noise of covariance c I
  case root(Double)
  /// exp(−c λ), exact friction over a time step
  case damping(Double)
  /// √max(a − c λ, 0), the factor of the noise that friction a still needs beside gradient noise c I
  case remainder(of: Double, less: Double)

  func callAsFunction(_ value: Double) -> Double {
    // An eigenvalue that rounding made negative counts as 0.
    let value = max(value, 0)
    return switch self {
    case .scaled(let c): c * value
    case .root(let c): (c * value).squareRoot()
    case .damping(let c): exp(-c * value)
    case .remainder(let a, let c): max(a - c * value, 0).squareRoot()
    }
  }

  /// f of each element.
  func values(of x: Tensor) throws -> Tensor {
    switch self {
    case .scaled(let c): try x.mul(c)
    case .root(let c): try x.mul(c).maximum(0).sqrt()
    case .damping(let c): try x.maximum(0).mul(-c).exp()
    case .remainder(let a, let c): try x.mul(-c).add(a).maximum(0).sqrt()
    }
  }
}
