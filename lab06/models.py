"""The classifier of the course as a PyTorch module."""

from torch import nn

from lab06._arguments import check_dtype, check_features, check_floats, check_whole


class SoftmaxClassifier(nn.Module):
    """A linear softmax classifier: one `nn.Linear` that turns features into logits.

    Maps features, floating-point (N, in_features), to logits (N, num_classes). There is no
    softmax inside: `F.cross_entropy` expects logits and applies it.
    Raises TypeError or ValueError if a size is not a positive int, and for features whose
    kind, number or dtype the layer does not take. Built in notebook 06.
    """

    def __init__(self, in_features, num_classes):
        check_whole("in_features", in_features, least=1)
        check_whole("num_classes", num_classes, least=1)
        super().__init__()
        self.linear = nn.Linear(in_features, num_classes)

    def forward(self, x):
        check_floats("x", x)
        check_features(x, self.linear.in_features)
        check_dtype("x", x, self.linear.weight.dtype)
        return self.linear(x)
