// Float and Double with the kernels of each, so that one test covers both.

import CKernels

protocol KernelReal: BinaryFloatingPoint, Sendable {
  typealias In = UnsafePointer<Self>
  typealias Out = UnsafeMutablePointer<Self>
  typealias Operands = UnsafePointer<UnsafePointer<Self>?>
  static var unary: (pn_unary_op, Int64, In, Int64, Out) -> Void { get }
  static var binary: (pn_binary_op, Int64, In, Int64, In, Int64, Out) -> Void { get }
  static var compare:
    (pn_compare_op, Int64, In, Int64, In, Int64, UnsafeMutablePointer<UInt8>) -> Void
  { get }
  static var classify: (Int32, Int64, In, Int64, UnsafeMutablePointer<UInt8>) -> Void { get }
  static var axpy: (Int64, Self, In, Out) -> Void { get }
  static var affine: (Int64, Self, Self, In, Out) -> Void { get }
  static var leakyReLU: (Int64, Self, In, Out) -> Void { get }
  static var leakyReLUBackward: (Int64, Self, In, In, Out) -> Void { get }
  static var tanhBackward: (Int64, In, In, Out) -> Void { get }
  static var sigmoidBackward: (Int64, In, In, Out) -> Void { get }
  static var biasActivation: (Int64, Int64, In, Int32, Self, Out) -> Void { get }
  static var bce: (Int64, In, In, Int64, Out) -> Void { get }
  static var bceBackward: (Int64, In, In, Int64, In, Int64, Out) -> Void { get }
  static var reduce: (pn_reduce_op, Int64, In, Int64) -> Double { get }
  static var reduceColumns: (pn_reduce_op, Int64, Int64, In, Int64, Out) -> Void { get }
  static var argReduce: (Int32, Int64, In, Int64) -> Int64 { get }
  static var softmax: (Int32, Int64, Int64, In, Out) -> Void { get }
  static var uniform: (pn_philox, Int64, Out) -> Void { get }
  static var normal: (pn_philox, Int64, Self, Self, Out) -> Void { get }
  static var adam: (Int64, UnsafePointer<pn_adam>, In, Out, Out, Out) -> Void { get }
  static var sgd: (Int64, UnsafePointer<pn_sgd>, In, Out?, Out) -> Void { get }
  static var langevin: (Int64, Double, Double, In, In?, In, Out) -> Void { get }
  static var runningMean: (Int64, Double, In, Out) -> Void { get }
  static var outerSquares: (Int64, Int64, Int64, Int64, Operands, Operands, Out) -> Void { get }
  static var sumSquares: (Int64, Int64, Int64, Operands, Out) -> Void { get }
  static var separable:
    (Int64, Int64, Int64, Int32, Int32, Int64, In, Int64, In, In, Out, Out) -> Void
  { get }
}

extension Float: KernelReal {
  static var unary: (pn_unary_op, Int64, In, Int64, Out) -> Void { pn_unary_f32 }
  static var binary: (pn_binary_op, Int64, In, Int64, In, Int64, Out) -> Void { pn_binary_f32 }
  static var compare:
    (pn_compare_op, Int64, In, Int64, In, Int64, UnsafeMutablePointer<UInt8>) -> Void
  { pn_compare_f32 }
  static var classify: (Int32, Int64, In, Int64, UnsafeMutablePointer<UInt8>) -> Void {
    pn_classify_f32
  }
  static var axpy: (Int64, Float, In, Out) -> Void { pn_axpy_f32 }
  static var affine: (Int64, Float, Float, In, Out) -> Void { pn_affine_f32 }
  static var leakyReLU: (Int64, Float, In, Out) -> Void { pn_leaky_relu_f32 }
  static var leakyReLUBackward: (Int64, Float, In, In, Out) -> Void { pn_leaky_relu_backward_f32 }
  static var tanhBackward: (Int64, In, In, Out) -> Void { pn_tanh_backward_f32 }
  static var sigmoidBackward: (Int64, In, In, Out) -> Void { pn_sigmoid_backward_f32 }
  static var biasActivation: (Int64, Int64, In, Int32, Float, Out) -> Void {
    pn_bias_activation_f32
  }
  static var bce: (Int64, In, In, Int64, Out) -> Void { pn_bce_f32 }
  static var bceBackward: (Int64, In, In, Int64, In, Int64, Out) -> Void { pn_bce_backward_f32 }
  static var reduce: (pn_reduce_op, Int64, In, Int64) -> Double { pn_reduce_f32 }
  static var reduceColumns: (pn_reduce_op, Int64, Int64, In, Int64, Out) -> Void {
    pn_reduce_columns_f32
  }
  static var argReduce: (Int32, Int64, In, Int64) -> Int64 { pn_arg_reduce_f32 }
  static var softmax: (Int32, Int64, Int64, In, Out) -> Void { pn_softmax_f32 }
  static var uniform: (pn_philox, Int64, Out) -> Void { pn_philox_uniform_f32 }
  static var normal: (pn_philox, Int64, Float, Float, Out) -> Void { pn_philox_normal_f32 }
  static var adam: (Int64, UnsafePointer<pn_adam>, In, Out, Out, Out) -> Void { pn_adam_f32 }
  static var sgd: (Int64, UnsafePointer<pn_sgd>, In, Out?, Out) -> Void { pn_sgd_f32 }
  static var langevin: (Int64, Double, Double, In, In?, In, Out) -> Void { pn_langevin_f32 }
  static var runningMean: (Int64, Double, In, Out) -> Void { pn_running_mean_f32 }
  static var outerSquares: (Int64, Int64, Int64, Int64, Operands, Operands, Out) -> Void {
    pn_outer_squares_f32
  }
  static var sumSquares: (Int64, Int64, Int64, Operands, Out) -> Void { pn_sum_squares_f32 }
  static var separable:
    (Int64, Int64, Int64, Int32, Int32, Int64, In, Int64, In, In, Out, Out) -> Void
  { pn_separable_f32 }
}

extension Double: KernelReal {
  static var unary: (pn_unary_op, Int64, In, Int64, Out) -> Void { pn_unary_f64 }
  static var binary: (pn_binary_op, Int64, In, Int64, In, Int64, Out) -> Void { pn_binary_f64 }
  static var compare:
    (pn_compare_op, Int64, In, Int64, In, Int64, UnsafeMutablePointer<UInt8>) -> Void
  { pn_compare_f64 }
  static var classify: (Int32, Int64, In, Int64, UnsafeMutablePointer<UInt8>) -> Void {
    pn_classify_f64
  }
  static var axpy: (Int64, Double, In, Out) -> Void { pn_axpy_f64 }
  static var affine: (Int64, Double, Double, In, Out) -> Void { pn_affine_f64 }
  static var leakyReLU: (Int64, Double, In, Out) -> Void { pn_leaky_relu_f64 }
  static var leakyReLUBackward: (Int64, Double, In, In, Out) -> Void { pn_leaky_relu_backward_f64 }
  static var tanhBackward: (Int64, In, In, Out) -> Void { pn_tanh_backward_f64 }
  static var sigmoidBackward: (Int64, In, In, Out) -> Void { pn_sigmoid_backward_f64 }
  static var biasActivation: (Int64, Int64, In, Int32, Double, Out) -> Void {
    pn_bias_activation_f64
  }
  static var bce: (Int64, In, In, Int64, Out) -> Void { pn_bce_f64 }
  static var bceBackward: (Int64, In, In, Int64, In, Int64, Out) -> Void { pn_bce_backward_f64 }
  static var reduce: (pn_reduce_op, Int64, In, Int64) -> Double { pn_reduce_f64 }
  static var reduceColumns: (pn_reduce_op, Int64, Int64, In, Int64, Out) -> Void {
    pn_reduce_columns_f64
  }
  static var argReduce: (Int32, Int64, In, Int64) -> Int64 { pn_arg_reduce_f64 }
  static var softmax: (Int32, Int64, Int64, In, Out) -> Void { pn_softmax_f64 }
  static var uniform: (pn_philox, Int64, Out) -> Void { pn_philox_uniform_f64 }
  static var normal: (pn_philox, Int64, Double, Double, Out) -> Void { pn_philox_normal_f64 }
  static var adam: (Int64, UnsafePointer<pn_adam>, In, Out, Out, Out) -> Void { pn_adam_f64 }
  static var sgd: (Int64, UnsafePointer<pn_sgd>, In, Out?, Out) -> Void { pn_sgd_f64 }
  static var langevin: (Int64, Double, Double, In, In?, In, Out) -> Void { pn_langevin_f64 }
  static var runningMean: (Int64, Double, In, Out) -> Void { pn_running_mean_f64 }
  static var outerSquares: (Int64, Int64, Int64, Int64, Operands, Operands, Out) -> Void {
    pn_outer_squares_f64
  }
  static var sumSquares: (Int64, Int64, Int64, Operands, Out) -> Void { pn_sum_squares_f64 }
  static var separable:
    (Int64, Int64, Int64, Int32, Int32, Int64, In, Int64, In, In, Out, Out) -> Void
  { pn_separable_f64 }
}
